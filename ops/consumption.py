"""What the product uses of what AWS charges for: pure arithmetic on measured requests and assumed habits."""

import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ops.prices import Usage

MESSAGES = 100_000
EGRESS = ('direct', 'relay', 'nat')
_KB_PER_GB = 1_000_000
_MS_PER_S = 1_000
_MB_PER_GB = 1_024
_QUEUE_REQUESTS = 3  # of one message: sent, received, deleted


class Facts(NamedTuple):
    """`tracing`: whether X-Ray works with Lambda in this region. `alarms` and `metrics` are the template's."""

    usage: Usage
    accounts: int
    egress: str
    architecture: str
    tracing: bool
    alarms: int
    metrics: int


class Used(NamedTuple):
    """So many units of what the price list has under `key`."""

    key: str
    what: str
    quantity: float


class Calls(NamedTuple):
    """So many runs of a function, each doing `times` what `does` names in usage.toml."""

    runs: float
    does: str
    mb: int
    waits_ms: float = 0
    times: float = 1
    warm: bool = False  # runs so often that it is never started anew
    within: bool = False  # runs of another kind, whose start is counted there


def units(facts: Facts) -> int:
    """The accounts' communities, their streets, the district."""
    return facts.accounts + math.ceil(facts.accounts / float(facts.usage['month']['accounts_per_street'])) + 1


def milliseconds(usage: Usage, calls: Calls) -> float:
    """What one run is charged for: a function has as much of a CPU as its memory is of 1,769 MB."""
    speed, does = usage['lambda'], usage['does'][calls.does]
    working = does['cpu_ms'] * max(1, speed['mb_of_a_whole_cpu'] / calls.mb) + does['requests'] * speed['store_ms']
    starting = 0 if calls.warm or calls.within else speed['cold_share'] * speed['cold_ms']
    return float(working * calls.times + calls.waits_ms + starting)


def at_rest(facts: Facts) -> list[Used]:
    """A month in which nobody writes, and staff have their lists open."""
    usage, month = facts.usage, facts.usage['month']
    mb = usage['lambda']['api_mb']
    refreshes = units(facts) * month['list_hours_per_unit'] * month['list_refreshes_per_hour']
    nights = month['reconcile_runs'] * facts.accounts
    everybody = facts.accounts * month['followers_per_account'] * month['resident_kb'] / _KB_PER_GB
    return [
        *_functions(facts, [
            Calls(month['sweep_runs'], 'sweep', mb, warm=True),
            Calls(month['watch_runs'], 'watch_unit', mb, times=units(facts), warm=True),
            Calls(nights, 'reconcile_account', mb, month['reconcile_waits_ms']),
            Calls(refreshes, 'waiting_list', mb),
        ]),
        Used('api_calls', 'API Gateway: waiting lists that stay open', refreshes),
        Used('data_out_gb', 'data out, GB', refreshes * usage['page_kb']['waiting_list'] / _KB_PER_GB),
        Used('sqs_requests', 'SQS: Lambda asking idle queues', month['queues'] * month['idle_requests_per_queue']),
        Used('sqs_fifo_requests', 'SQS: the same, FIFO', month['fifo_queues'] * month['idle_requests_per_queue']),
        *_stored('residents', everybody),
        Used('alarms', 'CloudWatch alarms', facts.alarms),
        Used('custom_metrics', 'CloudWatch metrics of our own', facts.metrics),
        Used('emails', 'SNS: alarms by email', month['alarm_emails']),
        Used('kms_keys', "KMS: the key of the alarms' topic", 1),
        *_fixed_address(facts),
    ]  # fmt: skip


def of_messages(facts: Facts, messages: float) -> list[Used]:
    """What these cause over all the time that they are kept, with what staff do about them."""
    usage, habits, sizes = facts.usage, Habits(facts.usage, messages), facts.usage['sizes']
    media_kb = habits.media * sizes['medium_kb']
    viewed_kb = media_kb * usage['mix']['views_per_medium']
    pages = usage['page_kb']
    pages_kb = habits.waiting_lists * pages['waiting_list'] + habits.conversations * pages['conversation']
    sent_kb = (habits.replies + habits.due) * sizes['sent_kb']
    answered_kb = habits.callbacks * sizes['callback_answer_kb']
    at_door = habits.callbacks + habits.waiting_lists + habits.conversations + habits.replies
    secrets = habits.callbacks + habits.replies
    kept_gb = messages * sizes['stored_kb_per_message'] / _KB_PER_GB * usage['kept_months']['message']
    return [
        *_functions(facts, habits.calls()),
        Used('api_calls', 'API Gateway: callbacks and pages', at_door),
        *_stored('messages, while they are kept', kept_gb),
        Used('s3_puts', 'S3: media written', habits.media),
        Used('s3_gets', 'S3: media looked at', habits.media * usage['mix']['views_per_medium']),
        Used('s3_gb_months', 'S3: media kept, GB-months', media_kb / _KB_PER_GB * usage['kept_months']['medium']),
        Used('sqs_requests', 'SQS: media', habits.media * _QUEUE_REQUESTS),
        Used('kms_requests', 'KMS: secrets read, one a call at most', secrets),
        Used('data_out_gb', 'data out, GB', (answered_kb + pages_kb + viewed_kb + sent_kb) / _KB_PER_GB),
        *_through_address(facts, (media_kb + sent_kb) / _KB_PER_GB),
    ]


class Habits:
    """How often residents and staff do what."""

    def __init__(self, usage: Usage, messages: float) -> None:
        mix = usage['mix']
        matters = messages / mix['messages_per_conversation']
        written = messages * (mix['text'] + mix['location'])
        self._usage = usage
        self.media = messages * mix['media']
        self.alone = written * (1 - mix['in_burst'])
        self.in_burst = written * mix['in_burst'] + messages * mix['events']
        self.repeated = messages * mix['repeated']
        self.callbacks = self.media + self.alone + self.in_burst + self.repeated
        self.waiting_lists = matters * mix['lists_per_conversation']
        self.conversations = matters * mix['pages_per_conversation']
        self.replies = matters * mix['replies_per_conversation']
        self.due = matters * mix['due_per_conversation']

    def calls(self) -> list[Calls]:
        speed = self._usage['lambda']
        mb = speed['api_mb']
        return [
            Calls(self.alone, 'text', mb),
            Calls(self.in_burst, 'text_in_burst', mb),
            Calls(self.repeated, 'repeated', mb),
            Calls(self.media, 'media', mb),
            Calls(self.media, 'media_worker', speed['worker_mb'], speed['fetch_ms']),
            Calls(self.waiting_lists, 'waiting_list', mb),
            Calls(self.conversations, 'conversation', mb),
            Calls(self.replies, 'reply', mb, speed['wechat_ms']),
            Calls(self.due, 'due', mb, speed['wechat_ms'], within=True),
        ]


def _functions(facts: Facts, calls: Iterable[Calls]) -> Iterator[Used]:
    """Lambda, DynamoDB, logs and traces of these."""
    usage, every = facts.usage, list(calls)
    runs = sum(each.runs for each in every if not each.within)
    seconds = sum(each.runs * milliseconds(usage, each) / _MS_PER_S * each.mb / _MB_PER_GB for each in every)
    logged_gb = runs * usage['sizes']['log_kb_per_call'] / _KB_PER_GB
    yield Used('lambda_requests', 'Lambda: runs', runs)
    yield Used(f'lambda_gb_seconds_{facts.architecture}', f'Lambda: GB-seconds, {facts.architecture}', seconds)
    for way in ('write', 'read'):
        wanted = sum(each.runs * each.times * usage['does'][each.does][f'{way}_units'] for each in every)
        yield Used(f'dynamodb_{way}_units', f'DynamoDB: {way} units', wanted)
    yield Used('logs_gb', 'CloudWatch Logs: taken in, GB', logged_gb)
    yield Used('logs_gb_months', 'CloudWatch Logs: kept, GB-months', logged_gb * usage['kept_months']['log'])
    if facts.tracing:
        yield Used('traces', 'X-Ray: traces', runs)


def _stored(what: str, gb_months: float) -> Iterator[Used]:
    yield Used('dynamodb_gb_months', f'DynamoDB: {what}, GB-months', gb_months)
    yield Used('dynamodb_backup_gb_months', 'DynamoDB: their recovery, GB-months', gb_months)


def _fixed_address(facts: Facts) -> Iterator[Used]:
    """One NAT gateway, or one small server: a second one in another zone costs as much again."""
    hours = facts.usage['month']['hours']
    if facts.egress == 'nat':
        yield Used('nat_hours', 'NAT gateway: hours', hours)
    if facts.egress == 'relay':
        yield Used('relay_hours', 'relay: hours of a small server', hours)
        yield Used('disk_gb_months', 'relay: its disk, GB', facts.usage['relay']['disk_gb'])
    if facts.egress != 'direct':
        yield Used('ipv4_hours', 'its public address: hours', hours)


def _through_address(facts: Facts, gb: float) -> Iterator[Used]:
    """A NAT gateway charges what passes it; what a relay hands on to us leaves it by the internet."""
    if facts.egress == 'nat':
        yield Used('nat_gb', 'NAT gateway: GB that pass', gb)
    if facts.egress == 'relay':
        yield Used('data_out_gb', 'relay: GB it hands on', gb)
