"""What somebody is told of when nobody is looking: alarms, the topic they go to, and the figures they go by."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ops import resources
from ops.stack.names import att, logical, named
from ops.stack.options import Options
from ops.stack.queues import logical_name

NAMESPACE = 'Weilin'  # of our own metrics; the function `watch` writes the first two
SEE = 'docs/operations.md'


class Sentence(NamedTuple):
    """A log line worth waking somebody for, and what it means."""

    name: str
    message: str
    meaning: str


SENTENCES = (
    Sentence(
        'deadline-stuck', 'a deadline keeps failing', 'something due has failed five times; its traceback is in the log'
    ),
    Sentence('staff-not-reached', 'staff not reached', 'residents wait and no channel of their unit works'),
    Sentence('message-lost', 'not queued either', 'a message was neither stored nor queued'),
    Sentence('callback-failed', 'callback failed before the store', 'WeChat was answered 503'),
    Sentence('late-refused', 'late message refused', 'token or key were changed while messages waited'),
    Sentence('followers', 'followers not reconciled', 'an account was passed over in the night; the log says why'),
    Sentence(
        'address-refused', 'WeChat refuses our address', '40164: put the address named in the log on the IP 白名单'
    ),
)


class Figures(NamedTuple):
    """From which value on; each with its reason."""

    # fetch_media may take 120 s and is tried five times twelve minutes apart: a quarter of an hour is not yet a jam
    queue_age_seconds: int = 15 * 60
    # WeChat hangs up after five seconds; the callback's own time is four
    slow_ms: int = 4000
    # the schedule comes every minute
    silent_minutes: int = 5
    # past its promised time by two working hours the district is told; by a night and more nobody was
    overdue_minutes: int = 24 * 60


FIGURES = Figures()


def build(functions: Mapping[str, str], options: Options) -> dict[str, Any]:
    """`functions`: Chalice's name by logical id."""
    made = {**_topic(), **_silence(functions), **_unanswered()}
    for function in functions:
        made |= _of_function(function)
        made |= _sentences(function)
    for sentence in SENTENCES:
        made[logical('alarm', sentence.name)] = _sentence_alarm(sentence)
    for queue in resources.QUEUES:
        made |= _of_queue(queue)
    made['AlarmSlow'] = _slow(functions)
    return made


def _topic() -> dict[str, Any]:
    return {
        'Alarms': {'Type': 'AWS::SNS::Topic', 'Properties': {'TopicName': named('alarms')}},
        'AlarmMail': {
            'Type': 'AWS::SNS::Subscription',
            'Condition': 'HasEmail',
            'Properties': {'TopicArn': {'Ref': 'Alarms'}, 'Protocol': 'email', 'Endpoint': {'Ref': 'AlarmEmail'}},
        },
    }


def _alarm(name: str, description: str, **properties: Any) -> dict[str, Any]:
    return {
        'Type': 'AWS::CloudWatch::Alarm',
        'Properties': {
            'AlarmName': named(name),
            'AlarmDescription': f'{description} See {SEE}.',
            'AlarmActions': [{'Ref': 'Alarms'}],
            'OKActions': [{'Ref': 'Alarms'}],
            'ComparisonOperator': 'GreaterThanOrEqualToThreshold',
            'EvaluationPeriods': 1,
            'Period': 60,
            'Statistic': 'Sum',
            'Threshold': 1,
            'TreatMissingData': 'notBreaching',
            **properties,
        },
    }


def _of_function(function: str) -> dict[str, Any]:
    of = {'Namespace': 'AWS/Lambda', 'Dimensions': _dimensions(FunctionName={'Ref': function})}
    return {
        f'Alarm{function}Errors': _alarm(
            f'{function.lower()}-errors', f'{function} failed.', MetricName='Errors', **of
        ),
        f'Alarm{function}Throttles': _alarm(
            f'{function.lower()}-throttles',
            f'{function} was kept from running: the account runs too many functions at once.',
            MetricName='Throttles',
            **of,
        ),
    }  # fmt: skip


def _of_queue(queue: resources.Queue) -> dict[str, Any]:
    def of(dead: bool) -> dict[str, Any]:
        name = att(logical_name(queue.name, dead), 'QueueName')
        return {'Namespace': 'AWS/SQS', 'Dimensions': _dimensions(QueueName=name), 'Statistic': 'Maximum'}

    short = queue.name.removesuffix('.fifo')
    return {
        logical('alarm', short, 'age'): _alarm(
            f'{short}-age',
            f'What is in the queue {queue.name} is not worked off.',
            MetricName='ApproximateAgeOfOldestMessage',
            **{**of(dead=False), 'Threshold': FIGURES.queue_age_seconds},
        ),
        logical('alarm', short, 'dead'): _alarm(
            f'{short}-dead',
            'A message failed too often: python -m ops.dead_letters lists and replays.',
            MetricName='ApproximateNumberOfMessagesVisible',
            **of(dead=True),
        ),
    }


def _silence(functions: Mapping[str, str]) -> dict[str, Any]:
    (sweep,) = (logical_id for logical_id, name in functions.items() if name == 'sweep')
    silent = _alarm(
        'sweep-silent',
        'The run of every minute has not come: nobody is told of what waits.',
        Namespace='AWS/Lambda',
        MetricName='Invocations',
        Dimensions=_dimensions(FunctionName={'Ref': sweep}),
        ComparisonOperator='LessThanThreshold',
        EvaluationPeriods=FIGURES.silent_minutes,
        TreatMissingData='breaching',
    )
    return {'AlarmSweepSilent': silent}


def _unanswered() -> dict[str, Any]:
    overdue = _alarm(
        'unanswered',
        'A resident waits long past what was promised: python -m ops.status names the unit.',
        Namespace=NAMESPACE,
        MetricName='OldestOverdueMinutes',
        Dimensions=_dimensions(Stage={'Ref': 'Stage'}),
        Statistic='Maximum',
        Period=300,
        Threshold=FIGURES.overdue_minutes,
    )
    return {'AlarmUnanswered': overdue}


def _slow(functions: Mapping[str, str]) -> dict[str, Any]:
    (door,) = (logical_id for logical_id, name in functions.items() if name == 'api_handler')
    slow = _alarm(
        'slow',
        'The slowest of a hundred requests come close to the five seconds WeChat waits.',
        Namespace='AWS/Lambda',
        MetricName='Duration',
        Dimensions=_dimensions(FunctionName={'Ref': door}),
        ExtendedStatistic='p99',
        Period=300,
        EvaluationPeriods=3,
        Threshold=FIGURES.slow_ms,
    )
    del slow['Properties']['Statistic']
    return slow


def _sentences(function: str) -> dict[str, Any]:
    """One metric for each sentence, whichever function says it."""
    return {
        f'{function}Says{logical(sentence.name)}': {
            'Type': 'AWS::Logs::MetricFilter',
            'Properties': {
                'LogGroupName': {'Ref': f'{function}Logs'},
                'FilterPattern': f'{{ $.message = "{sentence.message}" }}',
                'MetricTransformations': [
                    {'MetricNamespace': NAMESPACE, 'MetricName': named(sentence.name), 'MetricValue': '1'}
                ],
            },
        }
        for sentence in SENTENCES
    }


def _sentence_alarm(sentence: Sentence) -> dict[str, Any]:
    return _alarm(
        sentence.name,
        f'"{sentence.message}": {sentence.meaning}.',
        Namespace=NAMESPACE,
        MetricName=named(sentence.name),
    )


def _dimensions(**values: Any) -> list[dict[str, Any]]:
    return [{'Name': name, 'Value': value} for name, value in values.items()]
