"""Photos go straight from a clerk's browser to the bucket, and are shown by links that last five minutes."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import requests

from chalicelib import aws, settings
from chalicelib.inbox import formats, objects
from chalicelib.web import render
from chalicelib.wechat import limits
from local.cloud import Cloud
from ops import resources
from tests.conftest import forget

PHOTO = (Path(__file__).parents[1] / 'fixtures' / 'media' / 'photo.jpg').read_bytes()
KEY = 'out/370202013001/0123456789abcdef/photo-1'
BACK = 'http://127.0.0.1:8000/desk/c/one?draft=two'


@pytest.fixture(scope='module')
def cloud() -> Iterator[Cloud]:
    with Cloud(None, 0) as cloud:
        yield cloud


@pytest.fixture
def bucket(cloud: Cloud, environment: pytest.MonkeyPatch) -> str:
    """A bucket that checks the policies of forms, as AWS does; moto does not."""
    environment.setenv('WEILIN_AWS_ENDPOINT', cloud.url)
    forget()  # a client that stayed from the test before knows another address
    resources.create_bucket(settings.media_bucket())
    return settings.media_bucket()


def post(form: objects.Form, content: bytes, changed: dict[str, str] | None = None) -> requests.Response:
    """Send the form as a browser does; `changed` are fields that somebody tampered with."""
    fields, file = form.fields | (changed or {}), {'file': ('photo.jpg', content)}
    return requests.post(form.url, data=fields, files=file, allow_redirects=False, timeout=10)


def is_there(key: str) -> bool:
    found = aws.client('s3').list_objects_v2(Bucket=settings.media_bucket(), Prefix=key)
    return bool(found['KeyCount'])


# The form


def test_a_photo_arrives_and_the_browser_is_sent_back(bucket: str) -> None:
    answer = post(objects.upload_form('image', KEY, BACK), PHOTO)
    back = urlsplit(answer.headers['Location'])
    query = {name: values[0] for name, values in parse_qs(back.query).items()}
    assert answer.status_code == 303
    assert answer.headers['Location'].startswith(BACK)
    assert (query['draft'], query['bucket'], query['key']) == ('two', bucket, KEY)
    assert query['etag']
    assert objects.content(KEY) == (PHOTO, 'image/jpeg')


@pytest.mark.parametrize(
    ('content', 'changed', 'error'),
    (
        (b'', {}, 'EntityTooSmall'),
        (bytes(formats.MOST_BYTES + 1), {}, 'EntityTooLarge'),
        (PHOTO, {'key': 'out/370202013001/somebody-else/photo'}, 'AccessDenied'),
        (PHOTO, {'Content-Type': 'image/svg+xml'}, 'AccessDenied'),
        (PHOTO, {'success_action_redirect': 'https://elsewhere.example'}, 'AccessDenied'),
        (PHOTO, {'acl': 'public-read'}, 'AccessDenied'),
    ),
    ids=('nothing', 'too much', 'another key', 'another type', 'another way back', 'made public'),
)
def test_the_form_allows_one_file_at_one_place(
    bucket: str, content: bytes, changed: dict[str, str], error: str
) -> None:
    answer = post(objects.upload_form('image', f'{KEY}-refused', BACK), content, changed)
    assert answer.status_code in (400, 403)
    assert f'<Code>{error}</Code>' in answer.text
    assert not is_there(changed.get('key', f'{KEY}-refused'))


def test_the_form_ends_and_says_what_may_be_chosen(bucket: str) -> None:
    form = objects.upload_form('image', KEY, BACK)
    policy = json.loads(base64.b64decode(form.fields['policy']))
    assert ['content-length-range', 1, formats.MOST_BYTES] in policy['conditions']
    assert policy['expiration'].endswith('Z')
    assert form.accept == 'image/jpeg,image/png,image/gif'
    assert form.most_bytes == 10 * limits.MEGABYTE


# What a clerk's file really is


@pytest.mark.parametrize(
    ('content', 'words'),
    (
        (b'<html><script>alert(1)</script></html>', '不是可以接收的照片'),
        (PHOTO + bytes(10 * limits.MEGABYTE), '最多 10 MB'),
    ),
    ids=('a page', 'more than WeChat takes'),
)
def test_what_the_bucket_took_is_looked_at_before_it_is_sent(bucket: str, content: bytes, words: str) -> None:
    assert post(objects.upload_form('image', f'{KEY}-odd', BACK), content).status_code == 303
    with pytest.raises(formats.NotTaken) as refusal:
        objects.content(f'{KEY}-odd')
    assert words in refusal.value.words


def test_a_photo_that_never_arrived_is_said_so(bucket: str) -> None:
    with pytest.raises(formats.NotTaken, match='没有传完'):
        objects.content('out/nothing')


# Links


def test_a_link_shows_the_file_as_what_it_is(bucket: str) -> None:
    objects.put(KEY, PHOTO, 'application/octet-stream')
    answer = requests.get(objects.link(KEY, 'image/jpeg', '照片 22:10.jpg'), timeout=10)
    assert answer.content == PHOTO
    assert answer.headers['Content-Type'] == 'image/jpeg'
    disposition = answer.headers['Content-Disposition']
    assert disposition.startswith('inline; ')
    assert unquote(disposition).endswith("filename*=UTF-8''照片 22:10.jpg")
    assert 'private' in answer.headers['Cache-Control']


def test_a_player_may_ask_for_parts(bucket: str) -> None:
    objects.put(KEY, PHOTO, 'audio/mpeg')
    answer = requests.get(objects.link(KEY, 'audio/mpeg'), headers={'Range': 'bytes=10-19'}, timeout=10)
    assert (answer.status_code, answer.content) == (206, PHOTO[10:20])


def test_a_link_is_for_one_file_and_five_minutes(bucket: str) -> None:
    objects.put(f'{KEY}-other', PHOTO, 'image/jpeg')
    link = objects.link(KEY, 'image/jpeg')
    assert parse_qs(urlsplit(link).query)['X-Amz-Expires'] == ['300']
    assert requests.get(link.replace(KEY, f'{KEY}-other'), timeout=10).status_code == 403


@pytest.mark.parametrize('region', ('cn-north-1', 'cn-northwest-1', 'ap-southeast-1'))
def test_browsers_find_the_bucket_where_the_pages_allow_it(environment: pytest.MonkeyPatch, region: str) -> None:
    environment.setenv('AWS_REGION', region)
    forget()
    for address in (objects.link(KEY, 'image/jpeg'), objects.upload_form('image', KEY, BACK).url):
        assert '{0.scheme}://{0.netloc}'.format(urlsplit(address)) == render.media_origin()
