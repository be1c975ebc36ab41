"""Where browsers find the bucket: by its own regional name on AWS, by path at a local stand-in."""

from urllib.parse import urlsplit

import pytest

from chalicelib import aws
from chalicelib.inbox import objects
from chalicelib.web import render
from tests.conftest import forget

KEY = 'in/370202013001/0123456789abcdef/photo-1.jpg'
BUCKET = 'weilin-test-media'


def addresses() -> list[str]:
    """Of a link, and of a form."""
    return [objects.link(KEY, 'image/jpeg'), objects.upload_form('image', KEY, 'http://127.0.0.1:8000/desk').url]


@pytest.mark.parametrize(
    ('region', 'host'),
    (
        ('cn-north-1', f'{BUCKET}.s3.cn-north-1.amazonaws.com.cn'),
        ('cn-northwest-1', f'{BUCKET}.s3.cn-northwest-1.amazonaws.com.cn'),
        ('ap-southeast-1', f'{BUCKET}.s3.ap-southeast-1.amazonaws.com'),
        ('eu-central-1', f'{BUCKET}.s3.eu-central-1.amazonaws.com'),
    ),
)
def test_on_aws_the_bucket_is_asked_by_its_regional_name(
    environment: pytest.MonkeyPatch, region: str, host: str
) -> None:
    environment.setenv('AWS_REGION', region)
    forget()
    for address in addresses():
        assert urlsplit(address).netloc == host
        assert address.startswith(render.media_origin())


@pytest.mark.parametrize('setting', ('WEILIN_AWS_ENDPOINT', 'AWS_ENDPOINT_URL'))
@pytest.mark.parametrize('endpoint', ('http://127.0.0.1:4566', 'http://localhost:4566', 'http://aws.internal:4566'))
def test_at_a_stand_in_by_path(environment: pytest.MonkeyPatch, setting: str, endpoint: str) -> None:
    """As ministack's Lambda workers are told of it, or as `make run` says it."""
    environment.setenv(setting, endpoint)
    forget()
    link, form = addresses()
    assert link.startswith(f'{endpoint}/{BUCKET}/{KEY}?')
    assert form == f'{endpoint}/{BUCKET}'
    assert render.media_origin() == endpoint


@pytest.mark.parametrize('service', ('ssm', 'sqs', 's3', 'sns'))
def test_every_client_stands_where_the_environment_says(environment: pytest.MonkeyPatch, service: str) -> None:
    environment.setenv('AWS_ENDPOINT_URL', 'http://127.0.0.1:4566')
    forget()
    assert aws.client(service).meta.endpoint_url == 'http://127.0.0.1:4566'
