"""Where alarms go, encrypted by a key of our own, and whom it tells."""

from typing import Any

from ops.stack.names import att, named

TOPIC, KEY = 'Alarms', 'AlarmKey'
_CLOUDWATCH = {'Service': 'cloudwatch.amazonaws.com'}
# The topic takes nothing from other alarms of the account; functions publish by their roles.
_OUR_ALARMS = {'Fn::Sub': 'arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:weilin-${Stage}-*'}


def build() -> dict[str, Any]:
    topic = {'Ref': TOPIC}
    return {
        KEY: _key(),
        TOPIC: {
            'Type': 'AWS::SNS::Topic',
            'Properties': {'TopicName': named('alarms'), 'KmsMasterKeyId': {'Ref': KEY}},
        },
        'AlarmsPolicy': {
            'Type': 'AWS::SNS::TopicPolicy',
            'Properties': {
                'Topics': [topic],
                'PolicyDocument': {
                    'Version': '2012-10-17',
                    'Statement': [
                        {
                            'Effect': 'Allow',
                            'Principal': _CLOUDWATCH,
                            'Action': 'sns:Publish',
                            'Resource': topic,
                            'Condition': {'ArnLike': {'aws:SourceArn': _OUR_ALARMS}},
                        }
                    ],
                },
            },
        },
        'AlarmMail': {
            'Type': 'AWS::SNS::Subscription',
            'Condition': 'HasEmail',
            'Properties': {'TopicArn': topic, 'Protocol': 'email', 'Endpoint': {'Ref': 'AlarmEmail'}},
        },
    }


def publishing() -> dict[str, Any]:
    """What whoever publishes to the topic needs of its key."""
    return {'Effect': 'Allow', 'Action': ['kms:Decrypt', 'kms:GenerateDataKey'], 'Resource': [att(KEY)]}


def _key() -> dict[str, Any]:
    """A key of our own: CloudWatch may not use the one of SNS, and its alarms would be dropped without a word.

    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
    """
    account = {'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root'}
    return {
        'Type': 'AWS::KMS::Key',
        'Properties': {
            'Description': {'Fn::Sub': 'Weilin ${Stage}: the topic of its alarms'},
            'EnableKeyRotation': True,
            'PendingWindowInDays': 7,
            'KeyPolicy': {
                'Version': '2012-10-17',
                'Statement': [
                    # Whom the account's own roles let: without this nobody could ever change the key.
                    {'Effect': 'Allow', 'Principal': {'AWS': account}, 'Action': 'kms:*', 'Resource': '*'},
                    {
                        'Effect': 'Allow',
                        'Principal': _CLOUDWATCH,
                        'Action': ['kms:Decrypt', 'kms:GenerateDataKey*'],
                        'Resource': '*',
                        'Condition': {'StringEquals': {'aws:SourceAccount': {'Ref': 'AWS::AccountId'}}},
                    },
                ],
            },
        },
    }
