"""Clients for what only operators call: from the product's session, with time for slow answers."""

from typing import Any

from botocore.client import Config

from chalicelib import aws, settings

_CONFIG = Config(connect_timeout=5, read_timeout=60, retries={'mode': 'standard', 'total_max_attempts': 5})


def client(service: str) -> Any:
    """A client for this service where the product's AWS is."""
    return aws.session().create_client(
        service, region_name=settings.region(), endpoint_url=settings.aws_endpoint(), config=_CONFIG
    )


def account_number() -> str:
    return str(client('sts').get_caller_identity()['Account'])
