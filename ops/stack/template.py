"""The whole CloudFormation template of a stage: what Chalice wrote, completed, and what it does not know."""

from collections.abc import Mapping
from typing import Any

from ops.stack import alarms, bucket, domain, functions, network, queues, tables, topic
from ops.stack.options import CONDITIONS, PARAMETERS, Options


def build(sam: Mapping[str, Any], options: Options) -> dict[str, Any]:
    """`sam` as `chalice package` writes it; it stays as it is."""
    named = functions.names(sam)
    return {
        'AWSTemplateFormatVersion': '2010-09-09',
        'Transform': 'AWS::Serverless-2016-10-31',
        'Description': 'Weilin, the front desk of a district',
        'Parameters': PARAMETERS,
        'Conditions': CONDITIONS,
        'Resources': {
            **tables.build(options),
            **queues.build(options),
            **bucket.build(options),
            **functions.build(sam, options),
            **topic.build(),
            **alarms.build(named),
            **network.build(),
            **domain.build(),
        },
        'Outputs': _outputs(),
    }


def _outputs() -> dict[str, Any]:
    def output(value: Any, **more: Any) -> dict[str, Any]:
        return {'Value': value, **more}

    return {
        'BaseUrl': output({'Fn::GetAtt': ['BaseUrl', 'Value']}),
        'RestAPIId': output({'Ref': 'RestAPI'}),
        'MediaBucket': output({'Ref': 'MediaBucket'}),
        'AlarmTopic': output({'Ref': topic.TOPIC}),
        'EgressAddress': output({'Ref': 'FixedAddress'}, Condition='UseNat'),
        'DomainTarget': output({'Fn::GetAtt': ['Domain', 'RegionalDomainName']}, Condition='HasDomain'),
    }
