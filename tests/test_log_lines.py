"""A log record becomes one JSON object; nothing that an exception or a library quotes gets into it."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError
from pynamodb.exceptions import PutError

from chalicelib import logs
from chalicelib.log_lines import Lines, parts
from tests.log_reading import Written, written

SECRET = 'oResident000000000000000001 access_token=88_abc 楼道灯不亮'
log = logging.getLogger('weilin')


class Safe(Exception):
    loggable = True


@pytest.fixture
def lines() -> Any:
    with written() as lines:
        yield lines


def raised(error: Exception, cause: Exception | None = None) -> Exception:
    try:
        raise error from cause
    except Exception as caught:
        return caught


def test_a_line_has_its_sentence_and_its_fields(lines: Written) -> None:
    log.info('media settled state=%s bytes=%s after_seconds=%d', 'stored', 1024, 75.0)
    (line,) = lines.lines
    assert (line['level'], line['message']) == ('INFO', 'media settled')
    assert (line['state'], line['bytes'], line['after_seconds']) == ('stored', 1024, 75.0)
    assert abs(datetime.now(UTC) - datetime.fromisoformat(line['time'])).total_seconds() < 60
    assert line['time'].endswith('+00:00')


@pytest.mark.parametrize(
    ('template', 'found'),
    (
        ('answer could not be sealed', ('answer could not be sealed', ())),
        ('late message dropped: gone account=%s', ('late message dropped: gone', ('account',))),
        ('Caught exception for path %s', ('Caught exception for path', ())),
    ),
)  # fmt: skip
def test_sentences_and_names(template: str, found: tuple[str, tuple[str, ...]]) -> None:
    assert parts(template) == found


def test_an_exception_is_told_by_kind_and_frames_only(lines: Written) -> None:
    log.error('failed error=%s', ValueError(SECRET), exc_info=raised(ValueError(SECRET), KeyError(SECRET)))
    (line,) = lines.lines
    assert line['error'] == 'ValueError'
    assert [told['type'] for told in line['exception']] == ['builtins.ValueError', 'builtins.KeyError']
    (frame,) = line['exception'][0]['frames']
    assert frame.startswith('tests/test_log_lines.py:')
    assert frame.endswith(' raised')
    assert SECRET not in lines.text[0]
    assert 'oResident' not in lines.text[0]


def test_what_is_free_of_contents_is_told_in_its_words(lines: Written) -> None:
    log.warning('refused reason=%s', Safe('the signature is stale'), exc_info=raised(Safe('stale')))
    (line,) = lines.lines
    assert line['reason'] == 'the signature is stale'
    assert line['exception'][0]['text'] == 'stale'


def test_of_what_aws_refuses_the_code_is_told(lines: Written) -> None:
    refusal = ClientError({'Error': {'Code': 'AccessDeniedException', 'Message': SECRET}}, 'GetItem')
    log.error('failed', exc_info=raised(refusal))
    assert lines.lines[0]['exception'][0]['code'] == 'AccessDeniedException'
    assert 'oResident' not in lines.text[0]


def test_of_what_the_store_refuses_the_code_is_told(lines: Written) -> None:
    refusal = ClientError({'Error': {'Code': 'ConditionalCheckFailedException', 'Message': SECRET}}, 'PutItem')
    log.error('failed', exc_info=raised(PutError(SECRET, refusal), refusal))
    assert [told['code'] for told in lines.lines[0]['exception']] == ['ConditionalCheckFailedException'] * 2
    assert 'oResident' not in lines.text[0]


def test_what_was_suppressed_is_not_told(lines: Written) -> None:
    error = raised(Safe('short'))
    error.__context__, error.__suppress_context__ = KeyError(SECRET), True
    log.error('failed', exc_info=error)
    assert len(lines.lines[0]['exception']) == 1


@pytest.mark.parametrize(
    ('say', 'message'),
    (
        (lambda log: log.warning('Retrying after %r: %s', SECRET, SECRET), 'Retrying after'),
        (lambda log: log.warning('no hope for ' + SECRET), 'a line of a library'),  # noqa: G003 (as libraries do)
        (lambda log: log.warning(ValueError(SECRET)), 'a line of a library'),
    ),
)  # fmt: skip
def test_libraries_are_quoted_as_far_as_their_code_says(
    lines: Written, say: Callable[[logging.Logger], None], message: str
) -> None:
    say(logging.getLogger('urllib3.connectionpool'))
    (line,) = lines.lines
    assert (line['message'], line['logger']) == (message, 'urllib3.connectionpool')
    assert line['at'].startswith('tests/test_log_lines.py:')
    assert 'oResident' not in lines.text[0]


@pytest.mark.parametrize('value', ({'text': SECRET}, [SECRET], SECRET.encode(), object()))
def test_a_value_that_is_no_text_or_number_is_told_by_kind(lines: Written, value: object) -> None:
    log.info('kept state=%s', value)
    assert lines.lines[0]['state'] == type(value).__name__


def test_a_value_has_an_end(lines: Written) -> None:
    log.info('kept state=%s', 'x' * 5000)
    assert len(lines.lines[0]['state']) == 300


class Broken(Exception):
    """An exception that cannot even be looked at."""

    loggable = True

    def __str__(self) -> str:
        raise RuntimeError(SECRET)


def test_a_line_that_cannot_be_written_says_where() -> None:
    record = logging.LogRecord('weilin', logging.ERROR, __file__, 1, 'failed error=%s', (Broken(),), None)
    line = json.loads(Lines().format(record))
    assert (line['message'], line['error']) == ('a log line could not be written', 'RuntimeError')
    assert line['at'].startswith('tests/test_log_lines.py:')


def test_metrics_are_embedded_as_cloudwatch_reads_them(environment: pytest.MonkeyPatch, lines: Written) -> None:
    log.info('watched OldestOverdueMinutes=%s', 7, extra={'metrics': {'OldestOverdueMinutes': 'None'}})
    (line,) = lines.lines
    (directive,) = line['_aws']['CloudWatchMetrics']
    assert directive == {
        'Namespace': 'Weilin',
        'Dimensions': [['Stage']],
        'Metrics': [{'Name': 'OldestOverdueMinutes', 'Unit': 'None'}],
    }
    assert isinstance(line['_aws']['Timestamp'], int)
    assert abs(line['_aws']['Timestamp'] / 1000 - datetime.now(UTC).timestamp()) < 60
    assert (line['Stage'], line['OldestOverdueMinutes']) == ('test', 7)  # members the directive names


# What Lambda's runtime does before it imports app.py: github.com/aws/aws-lambda-python-runtime-interface-client.
LAMBDA = """
import logging, sys
class Sink(logging.Handler):
    def emit(self, record):
        sys.stdout.write(self.format(record))
sink = Sink()
sink.setFormatter(logging.Formatter('[%(levelname)s]\\t%(message)s\\n'))
if {handler}:
    logging.getLogger().addHandler(sink)
import app
log = logging.getLogger('weilin')
log.info('message kept account=%s', 'one')
log.error('second account=%s', 'two')
logging.getLogger('botocore').info('not asked for %s', 'x')
print(len(logging.getLogger().handlers), logging.raiseExceptions)
"""


@pytest.mark.parametrize('handler', (True, False))
def test_in_lambda_each_line_is_one_object_by_the_handler_that_is_there(handler: bool) -> None:
    environment = {**os.environ, 'AWS_LAMBDA_FUNCTION_NAME': 'weilin-prod-sweep'}
    code = LAMBDA.format(handler=handler)
    ran = subprocess.run([sys.executable, '-c', code], env=environment, capture_output=True, text=True, check=True)
    *said, state = [*ran.stderr.splitlines(), *ran.stdout.splitlines()]
    lines = [json.loads(line) for line in said]
    assert [line['message'] for line in lines] == ['message kept', 'second']
    assert {line['function'] for line in lines} == {'weilin-prod-sweep'}
    assert state == '1 False'


def test_elsewhere_lines_stay_plain() -> None:
    environment = {name: value for name, value in os.environ.items() if name != 'AWS_LAMBDA_FUNCTION_NAME'}
    ran = subprocess.run(
        [sys.executable, '-c', LAMBDA.format(handler=True)], env=environment, capture_output=True, text=True, check=True
    )
    assert ran.stdout.splitlines()[0] == '[INFO]\tmessage kept account=one'


def test_the_formatter_ends_lines_where_the_handler_does_not() -> None:
    record = logging.LogRecord('weilin', logging.INFO, __file__, 1, 'kept', (), None)
    assert Lines('\n').format(record).endswith('}\n')
    assert json.loads(Lines().format(record))['message'] == 'kept'


def test_a_scope_ends_where_it_ends(lines: Written) -> None:
    with logs.within(logs.Scope('r', 't')), logs.job({'trace': 'first', 'conversation': 'one#oA'}):
        log.info('inside')
        with logs.about('one#oB'):
            log.info('nested')
        log.info('again')
    log.info('outside')
    inside, nested, again, outside = lines.lines
    assert (inside['request'], inside['trace']) == ('r', 'first')
    assert inside['resident'] == again['resident'] != nested['resident']
    assert not {'request', 'trace', 'resident'} & set(outside)


@pytest.mark.parametrize('said', ({}, {'trace': ''}, {'trace': None}, {'trace': 7}, {'conversation': None}))
def test_a_job_from_before_there_were_traces_has_its_own(lines: Written, said: dict[str, Any]) -> None:
    with logs.within(logs.Scope('r', 'r')), logs.job(said):
        log.info('inside')
    assert lines.lines[0]['trace'] == 'r'
