"""Photos, voices and videos as WeChat holds them: for three days, and only for the account they came to."""

import re
import secrets
from datetime import datetime
from pathlib import Path

from chalicelib.wechat.limits import MEDIA_KEPT
from local.standin.people import Media

ENDINGS = {
    'image/jpeg': 'jpg',
    'image/png': 'png',
    'image/gif': 'gif',
    'audio/amr': 'amr',
    'audio/speex': 'speex',
    'audio/mpeg': 'mp3',
    'audio/mp3': 'mp3',
    'video/mp4': 'mp4',
}


def file_name(media: Media) -> str:
    return f'{media.id}.{ENDINGS.get(media.content_type, "bin")}'


def expired(media: Media, now: datetime) -> bool:
    return now - media.at >= MEDIA_KEPT


class Shelf:
    """The bytes of media by id: files in a folder, or memory where there is none."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._contents: dict[str, bytes] = {}
        if folder:
            folder.mkdir(parents=True, exist_ok=True)

    def put(self, account: str, kind: str, content: bytes, content_type: str, now: datetime) -> Media:
        media = Media(secrets.token_urlsafe(48), account, kind, content_type, now)
        if self._folder:
            (self._folder / media.id).write_bytes(content)
        else:
            self._contents[media.id] = content
        return media

    def content(self, media_id: str) -> bytes | None:
        if not self._folder:
            return self._contents.get(media_id)
        file = self._folder / media_id
        return file.read_bytes() if re.fullmatch(r'[\w-]+', media_id) and file.exists() else None
