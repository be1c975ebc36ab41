"""The functions as Chalice describes them, with what it cannot say: names, settings, code, layer, network, logs."""

import copy
import re
from collections.abc import Mapping
from typing import Any

from chalicelib import settings
from ops import resources
from ops.packing.targets import Architecture
from ops.stack import api, figures, network, topic
from ops.stack.names import att, named
from ops.stack.options import Options
from ops.stack.queues import logical_name

FUNCTION = 'AWS::Serverless::Function'
WITH_LAYER = 'fetch_media'
TRACING = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords']
_QUEUE_IN_ARN = re.compile(r':sqs:.*:(\S+)$')


def names(sam: Mapping[str, Any]) -> dict[str, str]:
    """Chalice's name of each function, by its logical id."""
    found = {}
    for name, resource in sam['Resources'].items():
        if resource['Type'] == FUNCTION:
            handler = str(resource['Properties']['Handler'])
            found[name] = 'api_handler' if handler == 'app.app' else handler.removeprefix('app.')
    return found


def architecture(template: Mapping[str, Any]) -> Architecture | None:
    """The CPU that the functions of a template are for, Chalice's or ours: one for all of them."""
    for resource in template['Resources'].values():
        if resource['Type'] == FUNCTION:
            found: Architecture
            (found,) = resource['Properties']['Architectures']
            return found
    return None


def build(sam: Mapping[str, Any], options: Options) -> dict[str, Any]:
    """All that Chalice made, changed, and what stands beside it."""
    made: dict[str, Any] = copy.deepcopy(dict(sam['Resources']))
    for name, function in names(sam).items():
        _complete(name, made[name], function, options)
        made[f'{name}Logs'] = _logs(function, options)
    for resource in made.values():
        if resource['Type'] == 'AWS::IAM::Role':
            _widen(resource, options)
        elif resource['Type'] == api.API:
            api.complete(resource['Properties'])
    made['Voices'] = {
        'Type': 'AWS::Serverless::LayerVersion',
        'Properties': {
            'LayerName': named('voices'),
            'Description': 'PyAV, which turns WeChat voices into something a browser plays',
            'ContentUri': {'Bucket': options.code_bucket, 'Key': options.layer_key},
            'CompatibleArchitectures': [architecture(sam)],
            'RetentionPolicy': 'Delete',
        },
    }
    made['BaseUrl'] = _base_url()
    return made


def _complete(name: str, resource: dict[str, Any], function: str, options: Options) -> None:
    properties = resource['Properties']
    properties.update({
        'FunctionName': named(function),
        'CodeUri': {'Bucket': options.code_bucket, 'Key': options.code_key},
        'Tracing': 'Active' if options.tracing else 'PassThrough',
        'Environment': {'Variables': _settings()},
        'VpcConfig': network.attached(),
    })  # fmt: skip
    if function == WITH_LAYER:
        properties['Layers'] = [{'Ref': 'Voices'}]
    for event in properties.get('Events', {}).values():
        if event['Type'] == 'SQS':
            event['Properties']['Queue'] = _queue(event['Properties']['Queue'])
    resource['DependsOn'] = [f'{name}Logs']


def _queue(arn: Mapping[str, str]) -> dict[str, Any]:
    """Chalice knows the queue by its short name only; so the function also depends on it."""
    found = _QUEUE_IN_ARN.search(str(arn['Fn::Sub']))
    assert found, arn
    return att(logical_name(found[1]))


def _settings() -> dict[str, Any]:
    """Never the API's own address: a function the API refers to must not refer to the API."""
    queues = {settings.queue_setting(queue.name): {'Ref': logical_name(queue.name)} for queue in resources.QUEUES}
    return {
        'WEILIN_STAGE': {'Ref': 'Stage'},
        'WEILIN_MEDIA_BUCKET': {'Ref': 'MediaBucket'},
        'WEILIN_WECHAT_API': {'Ref': 'WeChatApi'},
        'WEILIN_WECOM_API': {'Ref': 'WeComApi'},
        'WEILIN_ALARM_TOPIC': {'Ref': topic.TOPIC},
        'WEILIN_BASE_URL': {'Fn::If': ['HasDomain', {'Fn::Sub': 'https://${DomainName}'}, {'Ref': 'AWS::NoValue'}]},
        **queues,
    }


def _logs(function: str, options: Options) -> dict[str, Any]:
    return {
        'Type': 'AWS::Logs::LogGroup',
        **options.kept,
        'Properties': {
            'LogGroupName': {'Fn::Sub': f'/aws/lambda/weilin-${{Stage}}-{function}'},
            'RetentionInDays': figures.LOGS_KEPT_DAYS,
        },
    }


def _widen(role: dict[str, Any], options: Options) -> None:
    """Tracing for all; network interfaces where there is a network. Neither can be narrowed to a resource.

    And the topic's key for whoever publishes there.
    """
    (policy,) = role['Properties']['Policies']
    document = policy['PolicyDocument']
    publishes = any('sns:Publish' in statement['Action'] for statement in document['Statement'])
    document['Statement'] = [
        *document['Statement'],
        *([topic.publishing()] if publishes else []),
        *([{'Effect': 'Allow', 'Action': TRACING, 'Resource': '*'}] if options.tracing else []),
        {'Fn::If': ['UseNat', network.INTERFACES, {'Ref': 'AWS::NoValue'}]},
    ]


def _base_url() -> dict[str, Any]:
    """Where the product is, for functions to read: their environment must not refer to the API."""
    own = {'Fn::Sub': 'https://${RestAPI}.execute-api.${AWS::Region}.${AWS::URLSuffix}/api'}
    return {
        'Type': 'AWS::SSM::Parameter',
        'Properties': {
            'Name': {'Fn::Sub': '/weilin/${Stage}/base-url'},
            'Type': 'String',
            'Value': {'Fn::If': ['HasDomain', {'Fn::Sub': 'https://${DomainName}'}, own]},
        },
    }
