"""Log records as JSON, one object per line, free of what exceptions and libraries quote."""

import json
import logging
import re
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from chalicelib import logs, settings

FIELD = re.compile(r' ([A-Za-z_]+)=%[sd](?= |$)')
# What a line has by itself; no call names a field so.
OWN = frozenset(
    {'at', 'exception', 'function', 'level', 'logger', 'message', 'request', 'resident', 'Stage', 'time', 'trace'}
)

_HOME = f'{Path(__file__).parents[1]}/'
_LONGEST = 300  # characters of a value
_MOST_FRAMES = 12  # of an exception, the innermost
_MOST_CAUSES = 4
_NAMESPACE = 'Weilin'


def set_up() -> None:
    """Our lines from level INFO on; in Lambda as JSON, by the handler that is there already."""
    logging.getLogger('weilin').setLevel(logging.INFO)
    if settings.function_name() is None:
        return
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.StreamHandler())
    for handler in root.handlers:
        handler.setFormatter(Lines('' if isinstance(handler, logging.StreamHandler) else '\n'))
    logging.raiseExceptions = False  # its report of a line that cannot be written quotes the line's arguments


class Lines(logging.Formatter):
    """Never calls `getMessage`: the sentence is what stands in the code, the fields are its arguments."""

    def __init__(self, end: str = '') -> None:
        super().__init__()
        self._end = end  # Lambda's own handler adds none

    def format(self, record: logging.LogRecord) -> str:
        try:
            line = _line(record)
        except Exception as error:  # a line that cannot be written must not end what it tells of
            line = {'level': record.levelname, 'message': 'a log line could not be written', 'at': _at(record)}
            line['error'] = type(error).__name__
        return json.dumps(line) + self._end  # ASCII: nothing in it can fail to be encoded


def _line(record: logging.LogRecord) -> dict[str, Any]:
    scope = logs.scope()
    line: dict[str, Any] = {
        'time': datetime.fromtimestamp(record.created, UTC).isoformat(timespec='milliseconds'),
        'level': record.levelname,
        'message': '',
        'function': settings.function_name(),
    }
    line |= {name: value for name, value in scope._asdict().items() if value}
    line |= _said(record)
    if record.exc_info and record.exc_info[1]:
        line['exception'] = _exceptions(record.exc_info[1])
    if metrics := getattr(record, 'metrics', None):
        line |= _embedded(metrics, record.created)
    return line


def _said(record: logging.LogRecord) -> dict[str, Any]:
    """Sentence and fields of our own lines; of a library's line what stands in its code, without what it filled in."""
    ours, args = record.name == 'weilin', record.args
    if not isinstance(record.msg, str) or not (ours or args):
        return {'message': 'a line of a library', 'logger': record.name, 'at': _at(record)}
    sentence, names = parts(record.msg)
    if not ours:
        return {'message': sentence, 'logger': record.name, 'at': _at(record)}
    values = args if isinstance(args, tuple) else (args,)  # one that is a mapping comes as it is
    if len(values) != len(names):
        return {'message': sentence}  # Chalice's, which logs by our name
    return {'message': sentence, **{name: _value(value) for name, value in zip(names, values, strict=True)}}


@lru_cache(256)
def parts(template: str) -> tuple[str, tuple[str, ...]]:
    """The sentence and the names of the fields of `sentence name=%s name=%s`."""
    names = tuple(FIELD.findall(template))
    rest = FIELD.sub('', template)
    return rest.partition('%')[0].rstrip(' :'), names


def _at(record: logging.LogRecord) -> str:
    return f'{_short(record.pathname)}:{record.lineno}'


def _short(path: str) -> str:
    return path.removeprefix(_HOME)


def _value(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, BaseException):
        return str(value)[:_LONGEST] if logs.is_loggable(value) else type(value).__name__
    return value[:_LONGEST] if isinstance(value, str) else type(value).__name__


def _exceptions(error: BaseException | None) -> list[dict[str, Any]]:
    """Kind and frames of an exception and of those it came from; its text only where the class vouches for it."""
    found: list[dict[str, Any]] = []
    while error is not None and len(found) < _MOST_CAUSES:
        told: dict[str, Any] = {'type': f'{type(error).__module__}.{type(error).__qualname__}'}
        if logs.is_loggable(error):
            told['text'] = str(error)[:_LONGEST]
        if code := _code(error):
            told['code'] = code
        found.append({**told, 'frames': _frames(error)})
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found


def _code(error: BaseException) -> str:
    """What AWS calls it: ThrottlingException …"""
    response = getattr(error, 'response', None)
    told = response.get('Error', {}).get('Code') if isinstance(response, dict) else None
    code = told or getattr(error, 'cause_response_code', None)  # botocore's, PynamoDB's
    return str(code)[:_LONGEST] if code else ''


def _frames(error: BaseException) -> list[str]:
    frames, trace = [], error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f'{_short(code.co_filename)}:{trace.tb_lineno} {code.co_name}')
        trace = trace.tb_next
    return frames[-_MOST_FRAMES:]


def _embedded(units: dict[str, str], created: float) -> dict[str, Any]:
    """Names fields of this line that CloudWatch makes into metrics, with their units.

    docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    metrics = [{'Name': name, 'Unit': unit} for name, unit in units.items()]
    directive = {'Namespace': _NAMESPACE, 'Dimensions': [['Stage']], 'Metrics': metrics}
    return {'Stage': settings.stage(), '_aws': {'Timestamp': int(created * 1000), 'CloudWatchMetrics': [directive]}}
