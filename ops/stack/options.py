"""What a deployment is told beforehand; what the operator chooses are parameters of the template."""

from dataclasses import dataclass
from typing import Any

_UNPROTECTED = ('dev', 'test')


def protected(stage: str) -> bool:
    """Whether a stage may hold real residents: its tables are kept whatever happens to the stack."""
    return not stage.startswith(_UNPROTECTED)


@dataclass(frozen=True)
class Options:
    """The stage, and where its code has been uploaded."""

    stage: str
    code_bucket: str
    code_key: str
    layer_key: str
    tracing: bool = True  # X-Ray takes nothing from Lambda in the China regions
    tls: bool = True  # False where AWS is a process on this machine

    @property
    def kept(self) -> dict[str, str]:
        """The policies of whatever holds data: retained on a protected stage, deleted with any other."""
        policy = 'Retain' if protected(self.stage) else 'Delete'
        return {'DeletionPolicy': policy, 'UpdateReplacePolicy': policy}


def parameter(description: str, default: str = '', pattern: str = '.*', **more: Any) -> dict[str, Any]:
    return {'Type': 'String', 'Default': default, 'Description': description, 'AllowedPattern': pattern, **more}


PARAMETERS: dict[str, dict[str, Any]] = {
    'Stage': {
        'Type': 'String',
        'Description': 'Name of the deployment; part of the name of everything.',
        'AllowedPattern': '[a-z][a-z0-9]{1,15}',
    },
    'Egress': {
        'Type': 'String',
        'Default': 'direct',
        'AllowedValues': ['direct', 'nat', 'relay'],
        'Description': 'How WeChat sees one fixed address: not at all, by a NAT gateway, or by a relay of your own.',
    },
    'WeChatApi': parameter("WeChat's API, or the relay to it.", 'https://api.weixin.qq.com', r'https?://[^\s]+[^/\s]'),
    'WeComApi': parameter("WeCom's API.", 'https://qyapi.weixin.qq.com', r'https?://[^\s]+[^/\s]'),
    'DomainName': parameter(
        'Host name of pages and callback; empty: the address API Gateway gives.', '', r'[a-z0-9.-]*'
    ),
    'CertificateArn': parameter("The domain's certificate, in this region.", '', r'(arn:[a-z-]+:(acm|iam):.+)?'),
    'AlarmEmail': parameter('Who gets the alarms; empty: nobody by mail.', '', r'([^@\s]+@[^@\s]+)?'),
}
CONDITIONS: dict[str, Any] = {
    'UseNat': {'Fn::Equals': [{'Ref': 'Egress'}, 'nat']},
    'HasDomain': {'Fn::Not': [{'Fn::Equals': [{'Ref': 'DomainName'}, '']}]},
    'HasEmail': {'Fn::Not': [{'Fn::Equals': [{'Ref': 'AlarmEmail'}, '']}]},
}
