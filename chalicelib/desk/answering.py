"""The reply form between page and inbox: read from a form, laid aside for a photo, sent, and what became of it."""

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from chalicelib import address, clock
from chalicelib.desk import records, rules
from chalicelib.desk.conversation_view import Overtaken, Reply
from chalicelib.inbox import actions as inbox
from chalicelib.inbox import formats, forms, objects, replying
from chalicelib.inbox import rules as inbox_rules
from chalicelib.inbox.changing import Gone
from chalicelib.inbox.replying import Written
from chalicelib.insight import answers
from chalicelib.privacy import rules as privacy_rules
from chalicelib.wechat import limits

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member
    from chalicelib.inbox.records import Conversation, Message

LAID_ASIDE = forms.VALID  # longer, and the form that comes back would be stale
_PHOTO = re.compile(r'[0-9a-f]{32}')
_SEEN = re.compile(r'[0-9]{1,12}')
_LONGEST_HIDDEN = 40  # of a form's token and of a time


class UsedForm(Exception):
    """This form has sent another answer before: a page that the browser brought back unchanged."""


class PhotoNotTaken(Exception):
    """The file in the bucket cannot be sent; `reply` is what was written, without it."""

    def __init__(self, words: str, reply: Reply) -> None:
        super().__init__(words)
        self.words, self.reply = words, reply


def from_form(form: Mapping[str, str]) -> Reply:
    """The reply as it stood in the browser."""
    photo = form.get('photo', '')
    return Reply(
        form=_hidden(form, 'form'),
        seen=seen(form),
        text=form.get('text', ''),
        photo=photo if _PHOTO.fullmatch(photo) else '',
        until=_hidden(form, 'until'),
        until_typed=_hidden(form, 'until_typed'),
        how='follow_up' if form.get('how') == 'follow_up' else 'answered',
    )


def seen(form: Mapping[str, str]) -> int:
    """Which version of the conversation the page showed; older than any where it does not say."""
    found = form.get('seen', '')
    return int(found) if _SEEN.fullmatch(found) else -1


def _hidden(form: Mapping[str, str], name: str) -> str:
    """What the page itself put into the form; nothing where it is longer than any page's."""
    value = form.get(name, '')
    return value if len(value) <= _LONGEST_HIDDEN else ''


def photo_key(found: 'Conversation', photo: str) -> str | None:
    """Where a photo for this resident lies: in her folder, so that no form can point at another's."""
    return objects.folder('out', found.id) + photo if photo else None


def send(member: 'Member', found: 'Conversation', reply: Reply, now: datetime) -> str:
    """Answer the resident; one word for what became of it. Raises what `replying.reply` raises, and `Unclear`."""
    follow_up = rules.follow_up_at(reply.until, reply.until_typed, now) if reply.how == 'follow_up' else None
    key, words = photo_key(found, reply.photo), replying._words(reply.text, follow_up, now)
    lines = replying.reply(found, member, Written(reply.text, key, reply.seen, reply.form, follow_up), now)
    if any(line.state in (inbox_rules.SENT, inbox_rules.KEPT) for line in lines):
        answers.answered(found.account, now)
    if not _holds(lines, words, key):
        raise UsedForm
    return outcome(lines, reply.how, now)


def _holds(lines: 'Sequence[Message]', words: str, photo_key: str | None) -> bool:
    """Whether these lines are this answer, whole, and not another that the same form has sent before."""
    said = [line.text for line in lines if line.kind == 'text']
    pictures = [line.media.object_key for line in lines if line.media]
    return said == [words] * bool(words) and pictures == [photo_key] * bool(photo_key)


# The worst first: what a clerk should know of several lines.
_NOT_SIMPLY_SENT = (
    inbox_rules.FAILED, inbox_rules.UNKNOWN, inbox_rules.PENDING, inbox_rules.WITHDRAWN, inbox_rules.KEPT,
)  # fmt: skip


def outcome(lines: 'Sequence[Message]', how: str, now: datetime) -> str:
    """The worst that happened to one of the lines, or how it was answered."""
    if any(line.retry_at for line in lines):
        return 'retried'
    states = {inbox_rules.shown_state(line.state or '', line.tried_at or line.at, now) for line in lines}
    return next((state for state in _NOT_SIMPLY_SENT if state in states), how)


def overtaken(found: 'Conversation', name: str, at: datetime | None, now: datetime) -> Overtaken:
    """Who was faster, when, and what she or he wrote."""
    recent = inbox.talk(found.id, limit=10).messages
    said = [line.text for line in recent if line.way != 'in' and line.by_name == name and line.text]
    time = clock.spoken_time(at, now) if at else ''
    return Overtaken(name or '同事', time, rules.cut(said[-1], 300) if said else '')


def lay_aside(member: 'Member', found: 'Conversation', reply: Reply, now: datetime) -> str:
    """Keep the reply while its clerk brings a photo; the token leads back to it. Raises `Unclear` if it is endless."""
    rules.short_enough(reply.text, rules.REPLY_LENGTH)
    token = secrets.token_hex(16)
    records.Draft(
        f'draft#{token}', member=member.id, conversation=privacy_rules.hashed(found.id), form=reply.form,
        seen=reply.seen, text=reply.text, photo=secrets.token_hex(16), until=reply.until, until_typed=reply.until_typed,
        expires_at=now + LAID_ASIDE, ttl=now + LAID_ASIDE,
    ).save()  # fmt: skip
    return token


def laid_aside(member: 'Member', found: 'Conversation', token: str, now: datetime) -> Reply | None:
    """The reply that was laid aside, with the name its photo will have."""
    whose = privacy_rules.hashed(found.id)
    draft = records.draft(token, member.id, whose, now) if _PHOTO.fullmatch(token) else None
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
    back = f'{address.base_url()}/desk/c/{found.ref}?draft={draft}'
    form = objects.upload_form('image', photo_key(found, photo) or '', back)
    limit = f'JPG、PNG 或 GIF，最多 {form.most_bytes // limits.MEGABYTE} MB。'
    return Upload(form.url, tuple(form.fields.items()), form.accept, limit)


def photo_link(found: 'Conversation', photo: str) -> str:
    """A fresh link to a photo that was brought but not sent yet."""
    if not _PHOTO.fullmatch(photo):
        raise Gone
    return objects.link(photo_key(found, photo) or '', 'image/jpeg')
