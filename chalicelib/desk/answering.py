"""The reply form between page and inbox: read from a form, laid aside for a photo, sent, and what became of it."""

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from chalicelib import clock, settings
from chalicelib.desk import records, rules
from chalicelib.desk.conversation_view import Overtaken, Reply
from chalicelib.inbox import actions as inbox
from chalicelib.inbox import formats, objects, replying
from chalicelib.inbox import rules as inbox_rules
from chalicelib.inbox.changing import Gone
from chalicelib.wechat import limits

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member
    from chalicelib.inbox.records import Conversation, Message

LAID_ASIDE = timedelta(hours=12)  # as long as a session
_PHOTO = re.compile(r'[0-9a-f]{32}')


class UsedForm(Exception):
    """This form has sent another answer before: a page that the browser brought back unchanged."""


class PhotoNotTaken(Exception):
    """The file in the bucket cannot be sent; `reply` is what was written, without it."""

    def __init__(self, words: str, reply: Reply) -> None:
        super().__init__(words)
        self.words, self.reply = words, reply


def from_form(form: Mapping[str, str]) -> Reply:
    """The reply as it stood in the browser."""
    photo, seen = form.get('photo', ''), form.get('seen', '')
    return Reply(
        form=form.get('form', ''),
        seen=int(seen) if seen.isascii() and seen.isdigit() else -1,
        text=form.get('text', ''),
        photo=photo if _PHOTO.fullmatch(photo) else '',
        until=form.get('until', ''),
        until_typed=form.get('until_typed', ''),
        how='follow_up' if form.get('how') == 'follow_up' else 'answered',
    )


def photo_key(found: 'Conversation', photo: str) -> str | None:
    """Where a photo for this resident lies: in her folder, so that no form can point at another's."""
    return objects.folder('out', found.id) + photo if photo else None


def send(member: 'Member', found: 'Conversation', reply: Reply, now: datetime) -> str:
    """Answer the resident; one word for what became of it. Raises what `replying.reply` raises, and `Unclear`."""
    follow_up = rules.follow_up_at(reply.until, reply.until_typed, now) if reply.how == 'follow_up' else None
    key = photo_key(found, reply.photo)
    lines = replying.reply(found, member, reply.text, key, reply.seen, reply.form, follow_up, now)
    if not _holds(lines, reply.text, key):
        raise UsedForm
    return outcome(lines, reply.how)


def _holds(lines: 'Sequence[Message]', text: str, photo_key: str | None) -> bool:
    """Whether these lines are this answer, and not one that the same form has sent before."""
    words = text.replace('\r\n', '\n').strip()
    pictures = [line.media.object_key for line in lines if line.media]
    return any(line.text.startswith(words) for line in lines) and (photo_key is None or photo_key in pictures)


def outcome(lines: 'Sequence[Message]', how: str) -> str:
    """The worst that happened to one of the lines, or how it was answered."""
    states = {line.state for line in lines}
    for state in (inbox_rules.FAILED, inbox_rules.UNKNOWN, inbox_rules.KEPT):
        if state in states:
            return state
    return how


def overtaken(found: 'Conversation', name: str, at: datetime | None, now: datetime) -> Overtaken:
    """Who was faster, when, and what she or he wrote."""
    lines = [line for line in inbox.talk(found.id, limit=10).messages if line.way != 'in' and line.by_name == name]
    time = clock.spoken_time(at, now) if at else ''
    return Overtaken(name or '同事', time, rules.cut(lines[-1].text, 300) if lines else '')


def lay_aside(member: 'Member', found: 'Conversation', reply: Reply, now: datetime) -> str:
    """Keep the reply while its clerk brings a photo; the token leads back to it."""
    token = secrets.token_hex(16)
    records.Draft(
        f'draft#{token}', member=member.id, conversation=found.id, form=reply.form, seen=reply.seen, text=reply.text,
        photo=secrets.token_hex(16), until=reply.until, until_typed=reply.until_typed,
        expires_at=now + LAID_ASIDE, ttl=now + LAID_ASIDE,
    ).save()  # fmt: skip
    return token


def laid_aside(member: 'Member', found: 'Conversation', token: str, now: datetime) -> Reply | None:
    """The reply that was laid aside, with the name its photo will have."""
    draft = records.draft(token, member.id, found.id, now) if _PHOTO.fullmatch(token) else None
    if draft is None:
        return None
    return Reply(
        form=draft.form, seen=int(draft.seen), text=draft.text, photo=draft.photo,
        until=draft.until, until_typed=draft.until_typed,
    )  # fmt: skip


def taken_up(member: 'Member', found: 'Conversation', query: Mapping[str, str], now: datetime) -> Reply | None:
    """The reply laid aside. Its photo is in it where the bucket sent the browser back with the photo's name.

    Raises `PhotoNotTaken`, with the reply, where what was brought is no photo that WeChat takes.
    """
    reply = laid_aside(member, found, query.get('draft', ''), now)
    if reply is None:
        return None
    key = photo_key(found, reply.photo)
    without = reply._replace(photo='')
    if key is None or query.get('key') != key:
        return without
    try:
        objects.content(key)
    except formats.NotTaken as reason:
        raise PhotoNotTaken(reason.words, without) from reason
    return reply


class Upload(NamedTuple):
    """A form that goes straight to the bucket."""

    action: str
    fields: tuple[tuple[str, str], ...]
    accept: str
    limit: str


def upload(found: 'Conversation', photo: str, draft: str) -> Upload:
    """Where and how the browser brings the photo; the bucket sends it back to the conversation with the draft."""
    back = f'{settings.base_url()}/desk/c/{found.ref}?draft={draft}'
    form = objects.upload_form('image', photo_key(found, photo) or '', back)
    limit = f'JPG、PNG 或 GIF，最多 {form.most_bytes // limits.MEGABYTE} MB。'
    return Upload(form.url, tuple(form.fields.items()), form.accept, limit)


def photo_link(found: 'Conversation', photo: str) -> str:
    """A fresh link to a photo that was brought but not sent yet."""
    if not _PHOTO.fullmatch(photo):
        raise Gone(photo)
    return objects.link(photo_key(found, photo) or '', 'image/jpeg')
