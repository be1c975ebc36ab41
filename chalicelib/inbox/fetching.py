"""The worker behind the queue `media`: one photo, voice or video brought home from WeChat, once."""

import logging
from datetime import datetime
from typing import Any

from chalicelib import storage
from chalicelib.alliance.credentials import credentials
from chalicelib.inbox import audio, formats, objects, records
from chalicelib.inbox.media import EXPIRED, PENDING, REFUSED, STORED
from chalicelib.inbox.records import Media, Message
from chalicelib.wechat import errors
from chalicelib.wechat.client import client_for
from chalicelib.wechat.errors import Action

log = logging.getLogger('weilin')


def fetch(job: dict[str, Any], now: datetime) -> None:
    """Bring one medium home. A job delivered twice changes nothing; what may pass raises, and SQS delivers again."""
    message = records.message(job['conversation'], job['key'])
    if message is None or not _is_pending(message):
        return
    media = _bring(job['account'], message)
    _settle(message, media)
    waited = now - datetime.fromisoformat(job['at'])
    log.info(
        'media settled state=%s account=%s key=%s kind=%s bytes=%s after_seconds=%d',
        media.state, job['account'], message.key, message.kind, media.bytes, waited.total_seconds(),
    )  # fmt: skip


def _is_pending(message: Message) -> bool:
    return message.media is not None and message.media.state == PENDING


def _bring(account: str, message: Message) -> Media:
    """The medium as it is to be recorded, its files in the bucket already."""
    assert message.media is not None
    media = Media(state=REFUSED, wechat_id=message.media.wechat_id, format=message.media.format)
    try:
        download = client_for(credentials(account)).download(media.wechat_id or '', formats.MOST_BYTES)
        found = formats.taken(message.kind, download.content)
    except (errors.TooLarge, formats.NotTaken):
        return media
    except errors.Refused as refusal:
        if refusal.reaction.action is not Action.UPLOAD_AGAIN:
            raise
        media.state = EXPIRED
        return media
    _store(media, message, download.content, found)
    return media


def _store(media: Media, message: Message, original: bytes, found: formats.Format) -> None:
    stem = objects.folder('in', message.conversation) + message.key.replace('#', '-')
    media.object_key, media.content_type = f'{stem}.{found.extension}', found.content_type
    media.state, media.bytes = STORED, len(original)
    objects.put(media.object_key, original, found.content_type)
    if found.kind == 'voice':
        _make_playable(media, f'{stem}.play.mp3', original)


def _make_playable(media: Media, object_key: str, original: bytes) -> None:
    """An MP3 beside the original, for no browser plays AMR or Speex. Where it fails the original stays the only one."""
    try:
        playable = audio.to_mp3(original)
    except audio.CannotPlay as reason:
        log.warning('voice kept as it came reason=%s', reason)
        return
    media.playable_key, media.playable_type = object_key, formats.MP3.content_type
    media.seconds = max(1, round(playable.seconds))
    objects.put(object_key, playable.content, formats.MP3.content_type)


def _settle(message: Message, media: Media) -> None:
    """Record what became of it, if nobody did meanwhile."""
    try:
        storage.commit(
            lambda tx: tx.update(
                Message(message.conversation, message.key),
                [Message.media.set(media)],
                condition=Message.media.state == PENDING,  # type: ignore[arg-type]  # PynamoDB types it as the value
            )
        )
    except storage.Conflict:
        there = records.message(message.conversation, message.key)
        if there and _is_pending(there):
            raise  # the store was busy, nothing is decided
        _tidy(media, there.media if there else None)


def _tidy(lost: Media, recorded: Media | None) -> None:
    """Leave no file that no message knows: she may have been forgotten while it was fetched."""
    known = {recorded.object_key, recorded.playable_key} if recorded else set()
    for object_key in {lost.object_key, lost.playable_key} - known - {None}:
        objects.delete(object_key)
