"""A host name of one's own, in front of the API: only where the operator gave one."""

from typing import Any


def build() -> dict[str, Any]:
    return {
        'Domain': {
            'Type': 'AWS::ApiGateway::DomainName',
            'Condition': 'HasDomain',
            'Properties': {
                'DomainName': {'Ref': 'DomainName'},
                'RegionalCertificateArn': {'Ref': 'CertificateArn'},
                'EndpointConfiguration': {'Types': ['REGIONAL']},
                'SecurityPolicy': 'TLS_1_2',
            },
        },
        'DomainMapping': {
            'Type': 'AWS::ApiGateway::BasePathMapping',
            'Condition': 'HasDomain',
            'Properties': {
                'DomainName': {'Ref': 'Domain'},
                'RestApiId': {'Ref': 'RestAPI'},
                'Stage': {'Ref': 'RestAPI.Stage'},
            },
        },
    }
