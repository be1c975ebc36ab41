"""A resident of whom there is everything, the minute's run that forgets, and a look into the whole store."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib import aws, clock, settings, storage
from chalicelib.alliance import actions as alliance_actions
from chalicelib.alliance import alerts
from chalicelib.deadlines import jobs as deadline_jobs
from chalicelib.inbox import actions, alarms, chasing, forms, objects, receiving, replying, resending, turns
from chalicelib.inbox.receiving import Answer
from chalicelib.inbox.records import Conversation, Media, Message
from chalicelib.outreach import jobs as outreach_jobs
from chalicelib.privacy import actions as privacy
from chalicelib.privacy import jobs
from chalicelib.wechat.message import Inbound
from ops import tables
from tests.door import ACCOUNT, HOME, RESIDENT

ID = f'{ACCOUNT}#{RESIDENT}'
WORDS = '三楼王奶奶的水管'


@dataclass
class Life:
    """One resident, and those who deal with her. Each line comes at its own moment."""

    now: datetime
    number: int = 24000000000000000
    openid: str = RESIDENT

    @property
    def id(self) -> str:
        return f'{ACCOUNT}#{self.openid}'

    @property
    def conversation(self) -> Conversation:
        found = actions.conversation(self.id)
        assert found
        return found

    def later(self, by: timedelta) -> None:
        self.now += by

    def writes(
        self, kind: str = 'text', text: str = '', waits: bool = False, event: str = '', forgets: bool = False,
        **fields: Any,
    ) -> str:  # fmt: skip
        """A message or event; its key."""
        self.number += 1
        seconds = int(self.now.timestamp())
        inbound = Inbound(
            kind, 'gh_1', self.openid, clock.from_epoch(seconds), f'{seconds}#{self.number}', text, event, '', fields
        )
        found = receiving.find(self.id, HOME, inbound.at)
        receiving.keep(found, inbound, Answer(waits=waits, forgets=forgets), self.now)
        return inbound.key

    def sends_photo(self, kind: str = 'image') -> None:
        """A photo or voice that has been fetched."""
        key = self.writes(kind, MediaId='m1')
        stem = objects.folder('in', self.id) + key.replace('#', '-')
        media = Media(state='stored', object_key=f'{stem}.bin', playable_key=f'{stem}.play.mp3')
        for name in (media.object_key, media.playable_key):
            objects.put(name, WORDS.encode(), 'image/jpeg')
        Message(self.id, key).update([Message.media.set(media)])

    def is_answered(self, text: str) -> None:
        """WeChat's window is closed: the answer is kept for her next message."""
        member = alliance_actions.member('wangmin')
        assert member
        written = replying.Written(text, None, int(self.conversation.version), forms.new(self.now))
        replying.reply(self.conversation, member, written, self.now)

    def is_noted(self, text: str) -> None:
        member = alliance_actions.member('wangmin')
        assert member
        actions.note(self.conversation, member, text, forms.new(self.now), self.now)

    def is_read(self) -> None:
        member = alliance_actions.member('wangmin')
        assert member
        privacy.log_read(member, '仙游路社区', self.id, self.now)

    def leaves(self) -> None:
        self.writes('event', event='unsubscribe')

    def comes_back(self) -> None:
        self.writes('event', event='subscribe')

    def asks_to_be_forgotten(self) -> None:
        self.writes(text='1', forgets=True)

    def is_closed(self, at: datetime | None = None) -> None:
        found, at = self.conversation, at or self.now
        turns.leave(found)

        def fill(tx: storage.Transaction) -> None:
            alarms.keep(tx, found, at)
            tx.save(found)

        storage.commit(fill)

    def run(self, by: timedelta = timedelta(minutes=2), **more: Any) -> Counter[str]:
        """The run of a later minute."""
        self.later(by)
        handlers = {
            'forget': jobs.forget, 'expire': jobs.expire, 'chase': chasing.chase, 'sends': resending.resend,
            'outreach': outreach_jobs.deliver,
        }  # fmt: skip
        return deadline_jobs.run(handlers, self.now, seconds=60, monotonic=lambda: 0, **more)


@pytest.fixture
def life(alliance: None, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Life:
    """Words, a photo, a voice, a place, a note, a kept answer, an upload never sent, and somebody who read it all."""
    monkeypatch.setattr(alerts, 'tell', lambda *_: None)  # whom else it concerns is no matter here
    # The bucket's clock cannot be set: what was put there today is older than all that happens here.
    life = Life(now.replace(year=2036))
    life.writes(text=WORDS, waits=True)
    for step in (
        lambda: life.sends_photo('image'),
        lambda: life.sends_photo('voice'),
        lambda: life.writes('location', Location_X='36.06', Location_Y='120.38', Label=WORDS),
        lambda: life.is_noted(WORDS),
        life.is_read,
        lambda: objects.put(objects.folder('out', ID) + 'a' * 32, WORDS.encode(), 'image/jpeg'),
        lambda: actions.set_remark(life.conversation, WORDS, life.now),
        lambda: life.later(timedelta(days=4)),
        lambda: life.is_answered(WORDS),
        life.is_closed,
    ):
        life.later(timedelta(minutes=1))
        step()
    return life


Stored = dict[str, Any]


def everything() -> Stored:
    """All rows of all tables as DynamoDB has them, and all files."""
    rows = {}
    for model in tables.models():
        name = settings.table_name(model.Meta.table)
        rows[name] = _dynamodb().scan(TableName=name)['Items']
    return {**rows, 'files': files()}


def files() -> list[str]:
    listed = aws.client('s3').list_objects_v2(Bucket=settings.media_bucket())
    return sorted(found['Key'] for found in listed.get('Contents', ()))


def restore(stored: Stored, *tables_restored: str) -> None:
    """Put these tables back as they were, all where none is named, and all files."""
    for name, rows in stored.items():
        if name == 'files':
            for key in rows:
                objects.put(key, WORDS.encode(), 'image/jpeg')
        elif not tables_restored or name.rpartition('test-')[2] in tables_restored:
            _refill(name, rows)


def _refill(name: str, rows: list[Any]) -> None:
    schema = _dynamodb().describe_table(TableName=name)['Table']['KeySchema']
    for row in _dynamodb().scan(TableName=name)['Items']:
        _dynamodb().delete_item(
            TableName=name, Key={part['AttributeName']: row[part['AttributeName']] for part in schema}
        )
    for row in rows:
        _dynamodb().put_item(TableName=name, Item=row)


_made: list[Any] = []


def _dynamodb() -> Any:
    if not _made:
        _made.append(aws.session().create_client('dynamodb', settings.region()))
    return _made[0]


def traces(words: tuple[str, ...] = (RESIDENT, WORDS, objects.folder('in', ID).split('/')[2])) -> list[str]:
    """Where in the whole store anything of hers is still found."""
    return [
        f'{place}: {word}'
        for place, rows in everything().items()
        for word in words
        if word in json.dumps(rows, ensure_ascii=False, default=str)
    ]
