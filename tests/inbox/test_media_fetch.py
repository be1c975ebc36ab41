"""A resident's photo or voice comes home once, whatever the queue, the store, the sender and WeChat do."""

import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib import aws, settings, storage
from chalicelib.inbox import audio, fetching, media, objects, records
from chalicelib.inbox.records import Media, Message
from chalicelib.wechat import client, errors, limits
from ops import resources
from tests.serving import Quiet, serving
from tests.store_faults import Wire, cancelled

SAMPLES = Path(__file__).parents[1] / 'fixtures' / 'media'
ACCOUNT, OPENID = '370202013001', 'oResident000000000000000001'
CONVERSATION, KEY = f'{ACCOUNT}#{OPENID}', '1795443000#24681357902468135'
SECRETS = {'app_id': 'wx0123456789abcdef', 'secret': 's' * 32, 'token': 'AToken', 'aes_key': 'a' * 43}


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


@dataclass
class Answer:
    body: bytes
    content_type: str = 'image/jpeg'
    length: int | None = None  # what it says of its length, if that is not true


@dataclass
class WeChat:
    """WeChat's media/get: answers what it is told to, and remembers what it was asked."""

    answer: Answer = field(default_factory=lambda: Answer(sample('photo.jpg')))
    asked: list[str] = field(default_factory=list)
    meanwhile: Callable[[], None] | None = None  # happens, once, while somebody is downloading

    def media_get(self, media_id: str) -> Answer:
        self.asked.append(media_id)
        if meanwhile := self.meanwhile:
            self.meanwhile = None
            meanwhile()
        return self.answer

    def says(self, code: int) -> None:
        body = {'errcode': code, 'errmsg': 'invalid rid: 6543-21'}
        self.answer = Answer(json.dumps(body).encode(), 'text/plain')


class Handler(Quiet):
    wechat: WeChat

    def do_POST(self) -> None:
        self.body()
        self.send(b'{"access_token": "token", "expires_in": 7200}', 'application/json')

    def do_GET(self) -> None:
        answer = self.wechat.media_get(parse_qs(urlsplit(self.path).query)['media_id'][0])
        with suppress(ConnectionError):  # whoever asked has had enough
            self.send(answer.body, answer.content_type, answer.length)


@pytest.fixture
def wechat(store: None, environment: pytest.MonkeyPatch) -> Iterator[WeChat]:
    wechat = WeChat()
    handler = type('Handler', (Handler,), {'wechat': wechat})
    with serving(handler) as url:
        environment.setenv('WEILIN_WECHAT_API', url)
        resources.put_secret(settings.account_parameter(ACCOUNT), json.dumps(SECRETS))
        yield wechat
    client.forget()


def received(now: datetime, kind: str = 'image', format: str | None = None) -> Message:
    """A message as the callback stores it."""
    message = Message(CONVERSATION, KEY, at=now, way='in', kind=kind)
    message.media = Media(state='pending', wechat_id='media-1', format=format)
    message.save()
    return message


def queued() -> list[dict[str, Any]]:
    answer = aws.client('sqs').receive_message(QueueUrl=settings.queue_url('media'), MaxNumberOfMessages=10)
    return [json.loads(message['Body']) for message in answer.get('Messages', [])]


def job(message: Message, now: datetime) -> dict[str, Any]:
    assert media.fetch_soon(message, now)
    (found,) = queued()
    return found


def recorded() -> Media:
    message = records.message(CONVERSATION, KEY)
    assert message
    assert message.media
    return message.media


def in_bucket() -> dict[str, str]:
    """The objects there are, and what they are served as."""
    s3, bucket = aws.client('s3'), settings.media_bucket()
    keys = [found['Key'] for found in s3.list_objects_v2(Bucket=bucket).get('Contents', [])]
    return {key: s3.head_object(Bucket=bucket, Key=key)['ContentType'] for key in keys}


def read(object_key: str | None) -> bytes:
    body: bytes = aws.client('s3').get_object(Bucket=settings.media_bucket(), Key=object_key)['Body'].read()
    return body


# The queue


def test_the_job_says_all_that_is_needed_to_fetch(store: None, now: datetime) -> None:
    assert job(received(now, 'voice', 'amr'), now) == {
        'account': ACCOUNT,
        'conversation': CONVERSATION,
        'key': KEY,
        'wechat_id': 'media-1',
        'kind': 'voice',
        'format': 'amr',
        'at': '2026-11-23T14:10:00+00:00',
        'trace': '',  # nothing that has an id asked for it
    }


@pytest.mark.parametrize('queue', ('http://127.0.0.1:9/nobody', 'https://sqs.cn-north-1.amazonaws.com.cn/1/no-such'))
def test_where_the_queue_fails_nothing_is_raised(
    store: None, environment: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, now: datetime, queue: str
) -> None:
    message = received(now)
    environment.setenv('WEILIN_QUEUE_MEDIA', queue)
    assert media.fetch_soon(message, now) is False
    assert 'media not queued' in caplog.text
    assert OPENID not in caplog.text
    environment.delenv('WEILIN_QUEUE_MEDIA')
    assert media.fetch_soon(message, now) is False


def test_a_medium_somebody_looks_for_is_asked_for_again(store: None, now: datetime) -> None:
    received(now)
    assert media.fetch_again(CONVERSATION, KEY, now)
    assert [found['key'] for found in queued()] == [KEY]


def test_what_is_no_longer_pending_is_not_asked_for(store: None, now: datetime) -> None:
    message = received(now)
    message.update([Message.media.state.set('expired')])
    assert not media.fetch_again(CONVERSATION, KEY, now)
    assert not media.fetch_again(CONVERSATION, '1795443000#never-sent', now)
    assert queued() == []


# What comes home


def test_a_photo_is_kept_as_it_came(wechat: WeChat, now: datetime) -> None:
    fetching.fetch(job(received(now), now), now)
    there = recorded()
    assert (there.state, there.content_type, there.bytes) == ('stored', 'image/jpeg', len(sample('photo.jpg')))
    assert (there.playable_key, there.seconds) == (None, None)
    assert read(there.object_key) == sample('photo.jpg')
    assert in_bucket() == {there.object_key: 'image/jpeg'}
    assert wechat.asked == ['media-1']


def test_where_it_lies_tells_nobody_who_she_is(wechat: WeChat, now: datetime) -> None:
    fetching.fetch(job(received(now), now), now)
    folder, _, name = str(recorded().object_key).rpartition('/')
    assert f'{folder}/' == objects.folder('in', CONVERSATION)
    assert name == '1795443000-24681357902468135.jpg'
    assert OPENID not in folder
    assert folder.startswith(f'in/{ACCOUNT}/')


@pytest.mark.parametrize(('file', 'content_type'), (('voice.amr', 'audio/amr'), ('voice.speex', 'audio/x-speex')))
def test_a_voice_is_kept_and_can_be_played(wechat: WeChat, now: datetime, file: str, content_type: str) -> None:
    wechat.answer = Answer(sample(file), 'voice/amr')
    fetching.fetch(job(received(now, 'voice', 'amr'), now), now)
    there = recorded()
    assert (there.state, there.content_type, there.playable_type) == ('stored', content_type, 'audio/mpeg')
    assert (there.seconds, there.format, there.wechat_id) == (3, 'amr', 'media-1')
    assert in_bucket() == {there.object_key: content_type, there.playable_key: 'audio/mpeg'}
    assert read(there.object_key) == sample(file)
    assert audio.to_amr(read(there.playable_key)).seconds == pytest.approx(3, rel=0.05)


def test_a_video_is_kept_and_needs_no_copy(wechat: WeChat, now: datetime) -> None:
    wechat.answer = Answer(sample('video.mp4'), 'video/mp4')
    fetching.fetch(job(received(now, 'shortvideo'), now), now)
    assert in_bucket() == {recorded().object_key: 'video/mp4'}
    assert recorded().playable_key is None


def test_a_photo_that_calls_itself_otherwise_is_served_as_what_it_is(wechat: WeChat, now: datetime) -> None:
    wechat.answer = Answer(sample('photo.png'), 'text/html')
    fetching.fetch(job(received(now), now), now)
    assert recorded().content_type == 'image/png'
    assert str(recorded().object_key).endswith('.png')


@pytest.mark.parametrize('voice', (b'#!AMR\n', b'#!AMR\n' + b'\xff' * 300, b'ID3\x04' + bytes(500)))
def test_a_broken_voice_is_kept_as_it_came(
    wechat: WeChat, caplog: pytest.LogCaptureFixture, now: datetime, voice: bytes
) -> None:
    wechat.answer = Answer(voice, 'voice/amr')
    fetching.fetch(job(received(now, 'voice'), now), now)
    there = recorded()
    assert (there.state, there.playable_key, there.seconds) == ('stored', None, None)
    assert read(there.object_key) == voice
    assert 'voice kept as it came' in caplog.text


def test_without_pyav_the_original_is_the_only_one(
    wechat: WeChat, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setitem(sys.modules, 'av', None)
    wechat.answer = Answer(sample('voice.amr'), 'voice/amr')
    fetching.fetch(job(received(now, 'voice'), now), now)
    assert (recorded().state, recorded().playable_key) == ('stored', None)


# What is not taken


BOMB = b'\x89PNG\r\n\x1a\n\0\0\0\rIHDR' + (100_000).to_bytes(4, 'big') * 2 + b'\x08\x02\0\0\0'


@pytest.mark.parametrize(
    'hostile',
    (b'', b'<html><script>alert(1)</script></html>', b'MZ' + bytes(100), BOMB, sample('video.mp4')),
    ids=('nothing', 'a page', 'a program', 'a bomb', 'another kind'),
)
def test_what_is_no_photo_is_refused(wechat: WeChat, now: datetime, hostile: bytes) -> None:
    wechat.answer = Answer(hostile, 'image/jpeg')
    fetching.fetch(job(received(now), now), now)
    assert recorded().state == 'refused'
    assert in_bucket() == {}


def test_a_stream_without_end_is_refused(wechat: WeChat, now: datetime) -> None:
    wechat.answer = Answer(sample('photo.jpg') + bytes(30 * limits.MEGABYTE))
    fetching.fetch(job(received(now), now), now)
    assert recorded().state == 'refused'
    assert in_bucket() == {}


def test_what_wechat_has_forgotten_is_expired(wechat: WeChat, now: datetime) -> None:
    wechat.says(40007)
    fetching.fetch(job(received(now), now), now + timedelta(days=4))
    assert recorded().state == 'expired'
    assert in_bucket() == {}


# What may pass


def test_an_error_that_is_not_about_the_medium_is_left_to_the_queue(wechat: WeChat, now: datetime) -> None:
    asked = job(received(now), now)
    wechat.says(45009)
    with pytest.raises(errors.Refused):
        fetching.fetch(asked, now)
    assert recorded().state == 'pending'
    wechat.answer = Answer(sample('photo.jpg'))
    fetching.fetch(asked, now)
    assert recorded().state == 'stored'


def test_a_download_that_broke_off_is_left_to_the_queue(wechat: WeChat, now: datetime) -> None:
    photo = sample('photo.jpg')
    wechat.answer = Answer(photo[:1000], length=len(photo))
    with pytest.raises(errors.OutcomeUnknown):
        fetching.fetch(job(received(now), now), now)
    assert recorded().state == 'pending'
    assert in_bucket() == {}


def test_wechat_out_of_reach_is_left_to_the_queue(
    wechat: WeChat, environment: pytest.MonkeyPatch, now: datetime
) -> None:
    environment.setenv('WEILIN_WECHAT_API', 'http://127.0.0.1:9')
    with pytest.raises(errors.NotSent):
        fetching.fetch(job(received(now), now), now)
    assert recorded().state == 'pending'


def test_a_store_that_is_busy_at_the_end_is_left_to_the_queue(wechat: WeChat, now: datetime) -> None:
    asked = job(received(now), now)
    wire = Wire()
    wire.meet('TransactWriteItems', cancelled('TransactionConflict'))
    with pytest.raises(storage.Conflict):
        fetching.fetch(asked, now)
    assert recorded().state == 'pending'
    fetching.fetch(asked, now)
    assert recorded().state == 'stored'
    assert in_bucket() == {recorded().object_key: 'image/jpeg'}


# Once


def test_a_job_delivered_twice_changes_nothing(wechat: WeChat, now: datetime) -> None:
    asked = job(received(now), now)
    fetching.fetch(asked, now)
    wechat.answer = Answer(sample('photo.png'))
    fetching.fetch(asked, now)
    assert wechat.asked == ['media-1']
    assert in_bucket() == {recorded().object_key: 'image/jpeg'}


def test_two_deliveries_at_the_same_time_are_one(wechat: WeChat, now: datetime) -> None:
    asked = job(received(now, 'voice'), now)
    wechat.answer = Answer(sample('voice.amr'), 'voice/amr')
    wechat.meanwhile = lambda: fetching.fetch(asked, now)
    fetching.fetch(asked, now)
    there = recorded()
    assert wechat.asked == ['media-1', 'media-1']
    assert there.state == 'stored'
    assert in_bucket() == {there.object_key: 'audio/amr', there.playable_key: 'audio/mpeg'}


def test_the_files_of_a_resident_forgotten_meanwhile_do_not_stay(wechat: WeChat, now: datetime) -> None:
    message = received(now, 'voice')
    wechat.answer = Answer(sample('voice.amr'), 'voice/amr')
    wechat.meanwhile = lambda: message.delete() and None
    fetching.fetch(job(message, now), now)
    assert records.message(CONVERSATION, KEY) is None
    assert in_bucket() == {}


def test_a_job_for_a_forgotten_message_asks_nobody(wechat: WeChat, now: datetime) -> None:
    message = received(now)
    asked = job(message, now)
    message.delete()
    fetching.fetch(asked, now)
    assert wechat.asked == []


def test_the_log_names_no_resident(wechat: WeChat, caplog: pytest.LogCaptureFixture, now: datetime) -> None:
    caplog.set_level(logging.INFO, 'weilin')
    fetching.fetch(job(received(now), now), now + timedelta(seconds=75))
    assert f'media settled state=stored account={ACCOUNT} key={KEY} kind=image' in caplog.text
    assert 'after_seconds=75' in caplog.text
    assert OPENID not in caplog.text
