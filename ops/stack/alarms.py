"""Alarms by `figures`, and the counting of what the logs say; they all go to the topic."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ops import resources
from ops.stack import figures
from ops.stack.figures import Figure, Sentence
from ops.stack.names import att, logical, named
from ops.stack.queues import logical_name
from ops.stack.topic import TOPIC

NAMESPACE = 'Weilin'  # of our own metrics; the function `watch` writes the first two
SEE = 'docs/operations.md'
_NO_DATA_IS_AN_ALARM, _NO_DATA_IS_FINE = 'breaching', 'notBreaching'


class Metric(NamedTuple):
    """What an alarm looks at."""

    namespace: str
    name: Any
    statistic: str
    dimensions: Mapping[str, Any] = {}


class Alarm(NamedTuple):
    """`ends`: it is a state, and its end is told as well. `below`: it rings under the figure instead of from it on."""

    name: str
    figure: Figure
    metric: Metric
    ends: bool = False
    below: bool = False


def build(functions: Mapping[str, str]) -> dict[str, Any]:
    """`functions`: Chalice's name by logical id."""
    made = {logical('alarm', alarm.name): _resource(alarm) for alarm in alarms(functions)}
    for function in functions:
        made |= {f'{function}Says{logical(one.name)}': _counted(function, one) for one in figures.SENTENCES}
    return made


def alarms(functions: Mapping[str, str]) -> Iterator[Alarm]:
    for logical_id, name in functions.items():
        yield from _of_function(name, {'FunctionName': {'Ref': logical_id}})
    for queue in resources.QUEUES:
        yield from _of_queue(queue.name)
    for sentence in figures.SENTENCES:
        yield Alarm(sentence.name, sentence.figure, Metric(NAMESPACE, named(sentence.name), 'Sum'))
    overdue = Metric(NAMESPACE, 'OldestOverdueMinutes', 'Maximum', {'Stage': {'Ref': 'Stage'}})
    yield Alarm('unanswered', figures.OVERDUE, overdue, ends=True)


def _of_function(name: str, of: Mapping[str, Any]) -> Iterator[Alarm]:
    space = 'AWS/Lambda'
    yield Alarm(f'{name}-errors', figures.ERRORS.get(name, figures.ERRORS['']), Metric(space, 'Errors', 'Sum', of))
    yield Alarm(f'{name}-throttles', figures.THROTTLES, Metric(space, 'Throttles', 'Sum', of))
    if silent := figures.SILENT.get(name):
        yield Alarm(f'{name}-silent', silent, Metric(space, 'Invocations', 'Sum', of), ends=True, below=True)
    if name == 'api_handler':
        yield Alarm('slow', figures.SLOW, Metric(space, 'Duration', 'p99', of), ends=True)


def _of_queue(queue: str) -> Iterator[Alarm]:
    def metric(name: str, dead: bool) -> Metric:
        return Metric('AWS/SQS', name, 'Maximum', {'QueueName': att(logical_name(queue, dead), 'QueueName')})

    short = queue.removesuffix('.fifo')
    yield Alarm(f'{short}-age', figures.WAITS[queue], metric('ApproximateAgeOfOldestMessage', dead=False), ends=True)
    yield Alarm(f'{short}-dead', figures.DEAD, metric('ApproximateNumberOfMessagesVisible', dead=True), ends=True)


def _resource(alarm: Alarm) -> dict[str, Any]:
    figure, seen, told = alarm.figure, alarm.metric, [{'Ref': TOPIC}]
    percentile = seen.statistic.startswith('p')
    return {
        'Type': 'AWS::CloudWatch::Alarm',
        'Properties': {
            'AlarmName': named(alarm.name),
            'AlarmDescription': f'{figure.do} ({SEE}: {figure.see})',
            'Namespace': seen.namespace,
            'MetricName': seen.name,
            'Dimensions': [{'Name': name, 'Value': value} for name, value in seen.dimensions.items()],
            'ExtendedStatistic' if percentile else 'Statistic': seen.statistic,
            # Of a few calls the slowest says nothing about the rest.
            **({'EvaluateLowSampleCountPercentile': 'ignore'} if percentile else {}),
            'Period': figure.minutes * 60,
            'EvaluationPeriods': figure.times,
            'Threshold': figure.at_least,
            'ComparisonOperator': 'LessThanThreshold' if alarm.below else 'GreaterThanOrEqualToThreshold',
            'TreatMissingData': _NO_DATA_IS_AN_ALARM if alarm.below else _NO_DATA_IS_FINE,
            'AlarmActions': told,
            **({'OKActions': told} if alarm.ends else {}),
        },
    }


def _counted(function: str, sentence: Sentence) -> dict[str, Any]:
    """One metric for each sentence, whichever function says it. Lines are JSON, and `message` is the sentence."""
    return {
        'Type': 'AWS::Logs::MetricFilter',
        'Properties': {
            'LogGroupName': {'Ref': f'{function}Logs'},
            'FilterPattern': f'{{ $.message = "{sentence.message}" }}',
            'MetricTransformations': [
                {'MetricNamespace': NAMESPACE, 'MetricName': named(sentence.name), 'MetricValue': '1'}
            ],
        },
    }
