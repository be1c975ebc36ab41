"""How things are called in the template and in AWS."""

from typing import Any


def logical(*words: str) -> str:
    """`account-events`, `table` → AccountEventsTable: CloudFormation takes letters and digits only."""
    parts = '-'.join(words).replace('_', '-').replace('.', '-').split('-')
    return ''.join(part[:1].upper() + part[1:] for part in parts)


def named(name: str) -> dict[str, Any]:
    """The physical name, which carries the stage."""
    return {'Fn::Sub': f'weilin-${{Stage}}-{name}'}


def att(resource: str, attribute: str = 'Arn') -> dict[str, Any]:
    return {'Fn::GetAtt': [resource, attribute]}
