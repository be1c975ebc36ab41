"""The load test's judge: it must see what is lost, doubled or told differently, or its zeros mean nothing."""

from collections.abc import Callable
from datetime import datetime

import pytest

from benchmarks.letters import Delivery, Letter, key
from benchmarks.verifying import verify
from chalicelib.inbox.records import Conversation, Message
from local.standin.people import Account

ACCOUNT = Account('a1', '仙游路社区', 'wx1', '', 't', '', 'gh_1', 'plain', 'subscription', True, '')
HERS = 'a1#oResident1'
ANSWER = (
    b'<xml><ToUserName>oResident1</ToUserName><FromUserName>gh_1</FromUserName><CreateTime>1</CreateTime>'
    b'<MsgType>text</MsgType><Content>%s</Content></xml>'
)


def delivered(*answers: bytes | None, number: int = 1) -> Letter:
    """A letter with an answer to each delivery; None is a 503."""
    message = {'CreateTime': 1790000000, 'MsgId': number}
    deliveries = [Delivery(0, 0, 503 if body is None else 200, body or b'') for body in answers]
    return Letter(ACCOUNT, 'oResident1', 'text', message, key(message), deliveries=deliveries)


def keep(now: datetime, *lines: str, answer: str = '', version: int | None = None) -> None:
    for line in lines:
        Message(HERS, line, at=now, way='in', kind='text', answer=answer).save()
    row = Conversation(HERS, label='居民 A01', unit='a1', home_unit='a1', last_at=now)
    for _ in range(version or len(lines)):
        row.save()


@pytest.mark.parametrize(
    ('arrange', 'letters', 'fault'),
    [
        (lambda now: keep(now, '1790000000#1'), [delivered(b'success')], None),
        (lambda now: keep(now, '1790000000#1'), [delivered(None, b'success')], None),
        (lambda now: keep(now, '1790000000#1', answer='A'), [delivered(ANSWER % b'A', ANSWER % b'A')], None),
        (lambda now: None, [delivered(b'success')], 'lost: answered 200 and not stored'),
        (lambda now: None, [delivered(None, None, None)], 'never answered 200'),
        (
            lambda now: keep(now, '1790000000#1', '1790000001#1'),
            [delivered(b'success')],
            'doubled: stored and not sent',
        ),
        (
            lambda now: keep(now, '1790000000#1', answer='A'),
            [delivered(ANSWER % b'A', b'success')],
            'a repetition was told something else',
        ),
        (
            lambda now: keep(now, '1790000000#1', answer='A'),
            [delivered(ANSWER % b'B')],
            'told something else than is stored',
        ),
        (
            lambda now: keep(now, '1790000000#1', version=2),
            [delivered(b'success')],
            'a conversation whose version is not the number of its messages',
        ),
        (
            lambda now: Message(HERS, '1790000000#1', at=now, way='in', kind='text').save(),
            [delivered(b'success')],
            'a message without its conversation',
        ),
    ],
)
def test_every_fault_is_seen_and_no_other(
    store: None, now: datetime, arrange: Callable[[datetime], object], letters: list[Letter], fault: str | None
) -> None:
    arrange(now)
    faults = verify(letters).faults
    assert fault in faults if fault else not faults
