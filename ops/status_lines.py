"""What the store and AWS say about a stage at this moment: one line about each thing, and whether it needs somebody.

Counts, ages and ids; no names of residents, no words of theirs.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import clock, holidays, settings
from chalicelib.alliance import actions as alliance
from chalicelib.alliance import credentials
from chalicelib.alliance.records import Alert
from chalicelib.deadlines import actions as deadlines
from chalicelib.deadlines import rules
from chalicelib.inbox import records, watching
from chalicelib.platform import actions as events
from ops import aws_clients
from ops.cloudformation import Stack
from ops.dead_queues import NAMES
from ops.resources import full_name
from ops.stack import figures

FINE, LOOK, NOT_HERE, NOT_SEEN = 'fine', 'look', 'not here', 'not seen'
_UNITS_SHOWN = 5
_EVENTS_SHOWN = 3
_REFUSED_LATELY = timedelta(hours=2)  # WeChat's refusal of our address is written down once an hour
_MINUTE = timedelta(minutes=1)


class Line(NamedTuple):
    """`todo` is what is wrong in a few words, for the first line of all; '' where nothing is."""

    about: str
    state: str
    words: str
    todo: str = ''


def lines(now: datetime) -> Iterator[Line]:
    """Each by itself: what does not answer takes nothing else with it."""
    for about, read in _READ.items():
        try:
            yield from read(now)
        except Exception as error:
            yield _silent(about, error)


def _silent(about: str, error: Exception) -> Line:
    """The local AWS has few services; on AWS itself it is a permission that is missing, or an outage."""
    response = getattr(error, 'response', None) or {}
    kind = response.get('Error', {}).get('Code') or type(error).__name__
    if about in _NEEDED:
        return Line(about, LOOK, f'no answer ({kind})', f'no answer about {about}')
    if settings.aws_endpoint():
        return Line(about, NOT_HERE, '')
    return Line(about, NOT_SEEN, f'no answer ({kind})')


def _stack(now: datetime) -> Iterator[Line]:
    found = Stack(aws_clients.client('cloudformation'), f'weilin-{settings.stage()}').describe()
    if found is None:
        yield Line('stack', NOT_HERE, 'no stack of this stage')
        return
    status, at = found['StackStatus'], found.get('LastUpdatedTime') or found['CreationTime']
    bad = 'FAILED' in status or 'ROLLBACK' in status
    words = f'{status}, last changed {_moment(at)}'
    yield Line('stack', LOOK if bad else FINE, words, f'the stack is {status}' if bad else '')


def _version(now: datetime) -> Iterator[Line]:
    name = f'weilin-{settings.stage()}-api_handler'
    found = aws_clients.client('lambda').get_function_configuration(FunctionName=name)
    at = datetime.fromisoformat(str(found['LastModified']).replace('+0000', '+00:00'))
    yield Line('version', FINE, f'code {found["CodeSha256"][:12]}, deployed {_moment(at)}')


def _alarms(now: datetime) -> Iterator[Line]:
    prefix = f'weilin-{settings.stage()}-'
    found = aws_clients.client('cloudwatch').describe_alarms(AlarmNamePrefix=prefix, StateValue='ALARM')
    ringing = [alarm['AlarmName'].removeprefix(prefix) for alarm in found['MetricAlarms']]
    if ringing:
        yield Line('alarms', LOOK, f'ringing: {", ".join(sorted(ringing))}', f'{len(ringing)} alarms ring')
    else:
        yield Line('alarms', FINE, 'none rings')


def _queues(now: datetime) -> Iterator[Line]:
    sqs = aws_clients.client('sqs')
    for name in NAMES:
        try:
            waiting, moving = _counts(sqs, name, '')
            dead = sum(_counts(sqs, name, '-dead'))
        except sqs.exceptions.QueueDoesNotExist:
            yield Line(f'queue {name}', LOOK, 'is not there', f'the queue {name} is missing')
            continue
        age = _oldest(name, now) if waiting else None
        old = age is not None and age >= figures.WAITS[name].at_least
        words = f'{waiting} wait, {moving} are being worked, {dead} dead'
        words += f'; the oldest for {_span(timedelta(seconds=age))}' if age is not None else ''
        todo = (
            f'{dead} dead letters in {name} (ops.dead_letters)' if dead else f'{name} is not worked off' if old else ''
        )
        yield Line(f'queue {name}', LOOK if todo else FINE, words, todo)


def _counts(sqs: Any, name: str, more: str) -> tuple[int, int]:
    url = sqs.get_queue_url(QueueName=full_name(name, more))['QueueUrl']
    names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible']
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)['Attributes']
    return int(found[names[0]]), int(found[names[1]])


def _oldest(name: str, now: datetime) -> float | None:
    """Seconds, by CloudWatch, which is some minutes behind; None where it does not say."""
    try:
        said = _metric('AWS/SQS', 'ApproximateAgeOfOldestMessage', 'QueueName', full_name(name), 'Maximum', now)
    except (BotoCoreError, ClientError):
        return None
    return float(said[-1]['Maximum']) if said else None


def _metric(space: str, metric: str, dimension: str, value: str, statistic: str, now: datetime) -> list[dict[str, Any]]:
    found = aws_clients.client('cloudwatch').get_metric_statistics(
        Namespace=space, MetricName=metric, Dimensions=[{'Name': dimension, 'Value': value}],
        StartTime=now - 15 * _MINUTE, EndTime=now, Period=60, Statistics=[statistic],
    )  # fmt: skip
    return sorted(found['Datapoints'], key=lambda point: point['Timestamp'])


def _residents(now: datetime) -> Iterator[Line]:
    """Of a unit at most the 99 due first are seen."""
    waits = [(unit, rows) for unit in alliance.units() if (rows := records.waiting_times(unit.id))]
    told = [(unit, len(rows), watching.waiting(rows, now)) for unit, rows in waits]
    total, overdue = sum(number for _, number, _ in told), sum(each.conversations for _, _, each in told)
    longest = max((each.overdue for _, _, each in told), default=0)
    todo = (
        f'a resident waits {_span(longest * _MINUTE)} past the time she was told'
        if longest >= figures.OVERDUE.at_least
        else ''
    )
    yield Line('residents', LOOK if todo else FINE, f'{total} wait, {overdue} of them past their time', todo)
    worst = sorted(told, key=lambda each: (each[2].overdue, each[2].unanswered), reverse=True)
    for unit, number, each in worst[:_UNITS_SHOWN]:
        late = (
            f', {each.conversations} past their time, the worst by {_span(each.overdue * _MINUTE)}'
            if each.conversations
            else ''
        )
        yield Line(
            '', FINE, f'{unit.name} ({unit.id}): {number}, the oldest for {_span(each.unanswered * _MINUTE)}{late}'
        )
    if len(worst) > _UNITS_SHOWN:
        yield Line('', FINE, f'and {len(worst) - _UNITS_SHOWN} units more')


def _clock(now: datetime) -> Iterator[Line]:
    """How late the most overdue of what is due stands: the run of every minute leaves nothing older than itself."""
    firsts = [next(deadlines.due(shard, now), None) for shard in range(rules.SHARDS)]
    due = [now - rules.name(first.place).due_at for first in firsts if first]
    late = max(due, default=timedelta())
    silent = late > figures.SILENT['sweep'].minutes * _MINUTE
    words = f'the most overdue row of `deadlines` is {_span(late)} late' if due else 'nothing is due'
    yield Line('deadlines', LOOK if silent else FINE, words, 'what is due is not worked off (sweep)' if silent else '')


def _sweep(now: datetime) -> Iterator[Line]:
    said = _metric('AWS/Lambda', 'Invocations', 'FunctionName', f'weilin-{settings.stage()}-sweep', 'Sum', now)
    if said:
        yield Line('last sweep', FINE, _moment(said[-1]['Timestamp']))
    else:
        yield Line('last sweep', NOT_SEEN, 'none in the last 15 minutes, as far as CloudWatch knows')


def _alerts(now: datetime) -> Iterator[Line]:
    rows = list(Alert.scan())
    failing = sorted({row.told for row in rows if row.failures})
    words = f'{len(rows)} are on their way or wait for working hours'
    if failing:
        oldest = min(row.told_at for row in rows if row.failures)
        words += f'; no channel has worked since {_moment(oldest)} for {", ".join(failing)}'
    todo = f'staff of {len(failing)} units are not reached' if failing else ''
    yield Line('alerts', LOOK if failing else FINE, words, todo)


def _accounts(now: datetime) -> Iterator[Line]:
    accounts = alliance.accounts()
    missing = [account.id for account in accounts if not _has_secrets(account.id)]
    words = f'{len(accounts)}' + (f', without secrets: {", ".join(missing)}' if missing else ', all with their secrets')
    todo = f'{len(missing)} accounts have no secrets' if missing else ''
    yield Line('accounts', LOOK if missing else FINE, words, todo)


def _has_secrets(account_id: str) -> bool:
    try:
        return bool(credentials.credentials(account_id))
    except credentials.Unknown:
        return False


def _events(now: datetime) -> Iterator[Line]:
    told = events.latest(events.PLATFORM, _EVENTS_SHOWN)
    refused = [each for each in told if each.event == events.ADDRESS_REFUSED and now - each.at < _REFUSED_LATELY]
    words = ', '.join(f'{each.event} of {each.account} {_moment(each.at)}' for each in told) or 'none'
    todo = f'WeChat refuses our address {(refused[0].fields or {}).get("ip", "")}' if refused else ''
    yield Line('WeChat said', LOOK if refused else FINE, words, todo)
    unread = [each for each in events.latest(events.UNREADABLE, _EVENTS_SHOWN) if now - each.at < timedelta(days=1)]
    if unread:
        words = f'{len(unread)} or more in a day, the last of {unread[0].account} {_moment(unread[0].at)}: page 系统'
        yield Line('unreadable', LOOK, words, 'messages could not be read')


def _holidays(now: datetime) -> Iterator[Line]:
    """Of this checkout, which is what the next deployment brings."""
    words = f'known until {holidays.known_until()} by this checkout'
    year = holidays.missing_year(clock.day(now))
    if year:
        words += f'; in {year} weekends are plain: raise chinesecalendar in requirements.txt, and deploy'
    yield Line('holidays', LOOK if year else FINE, words, f'the holidays of {year} are not known' if year else '')


def _moment(at: datetime) -> str:
    return f'{clock.beijing(at):%m-%d %H:%M}'


def _span(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 60:
        return f'{minutes} min'
    hours, minutes = divmod(minutes, 60)
    return f'{hours} h {minutes:02} min' if hours < 48 else f'{hours // 24} days'


_READ: dict[str, Callable[[datetime], Iterator[Line]]] = {
    'stack': _stack,
    'version': _version,
    'alarms': _alarms,
    'residents': _residents,
    'deadlines': _clock,
    'last sweep': _sweep,
    'alerts': _alerts,
    'queues': _queues,
    'accounts': _accounts,
    'WeChat said': _events,
    'holidays': _holidays,
}
# Without these nobody is served; a local AWS has them too.
_NEEDED = frozenset({'residents', 'deadlines', 'alerts', 'queues', 'accounts', 'WeChat said', 'holidays'})
