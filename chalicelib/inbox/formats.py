"""What a file really is: told by its own first bytes, never by the sender's word. Pure."""

import re
from collections.abc import Callable
from struct import unpack_from
from typing import NamedTuple

from chalicelib.wechat.limits import MEGABYTE

# OURS: WeChat states no limit for what residents send; the largest video its clients let through is said to be 25 MB.
MOST_BYTES = 25 * MEGABYTE
# OURS: a picture of a few KB can claim any size, and the browser that shows it would take four bytes for each of these.
MOST_PIXELS = 120_000_000


class NotTaken(Exception):
    """A file we do not take, or cannot pass on; `words` say it to the person who sent or chose it."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class TooLarge(NotTaken):
    def __init__(self, most_bytes: int) -> None:
        super().__init__(f'这个文件太大，最多 {most_bytes // MEGABYTE} MB。请缩小或另选一个再传。')


class Format(NamedTuple):
    """One kind of file we take."""

    kind: str  # image | voice | video
    extension: str
    content_type: str


JPEG = Format('image', 'jpg', 'image/jpeg')
PNG = Format('image', 'png', 'image/png')
GIF = Format('image', 'gif', 'image/gif')
AMR = Format('voice', 'amr', 'audio/amr')
AMR_WIDE = Format('voice', 'awb', 'audio/amr-wb')
MP3 = Format('voice', 'mp3', 'audio/mpeg')
SPEEX = Format('voice', 'spx', 'audio/ogg')
SPEEX_BARE = Format('voice', 'speex', 'audio/x-speex')
MP4 = Format('video', 'mp4', 'video/mp4')

_KINDS = {'shortvideo': 'video'}  # where a message's type is called otherwise
_NAMES = {'image': '照片（JPG、PNG 或 GIF）', 'voice': '语音（AMR、Speex 或 MP3）', 'video': '视频（MP4）'}


def taken(kind: str, content: bytes) -> Format:
    """The format of a file that is to be a message of this kind; raises `NotTaken`."""
    wanted = _KINDS.get(kind, kind)
    found = recognise(content)
    if found is None or found.kind != wanted:
        raise NotTaken(f'这个文件不是可以接收的{_NAMES.get(wanted, "类型")}。请另选一个再传。')
    width, height = _size(found, content)
    if width * height > MOST_PIXELS:
        raise NotTaken('这张照片的尺寸过大，无法显示。请缩小后再传。')
    return found


def recognise(content: bytes) -> Format | None:
    return next((format for format, fits in _SIGNS if fits(content)), None)


def _starts(*signs: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(signs)


def _matches(pattern: bytes) -> Callable[[bytes], bool]:
    compiled = re.compile(pattern, re.DOTALL)
    return lambda content: compiled.match(content) is not None


SPEEX_BLOCK = 60


def _is_bare_speex(content: bytes) -> bool:
    """WeChat's own Speex: no header, only 60-byte blocks of one wideband frame at quality 7 each.

    So says Tencent's published decoder (TRSpeex.c); doubt: no official page does. Every frame of that mode starts
    with narrowband submode 6 (bits 1–4) and has the mark of wideband submode 2 (1, 010) at bit 364.
    """
    starts = range(0, len(content), SPEEX_BLOCK)
    return (
        bool(content)
        and len(content) % SPEEX_BLOCK == 0
        and all(content[at] >> 3 == 6 and content[at + 45] & 15 == 0b1010 for at in starts)
    )


# In this order; brands of MP4 as WeChat and phones write them, which leaves out HEIC, AVIF and sound alone.
_SIGNS: list[tuple[Format, Callable[[bytes], bool]]] = [
    (JPEG, _starts(b'\xff\xd8\xff')),
    (PNG, _starts(b'\x89PNG\r\n\x1a\n')),
    (GIF, _starts(b'GIF87a', b'GIF89a')),
    (AMR, _starts(b'#!AMR\n')),
    (AMR_WIDE, _starts(b'#!AMR-WB\n')),
    (MP3, _matches(rb'ID3[\x02-\x04]|\xff[\xe2\xe3\xf2\xf3\xfa\xfb]')),
    (SPEEX, _matches(rb'OggS.{24}Speex {3}')),
    (MP4, _matches(rb'.{4}ftyp(iso|mp4|avc1|M4V|MSNV|dash|mmp4|3gp)')),
    (SPEEX_BARE, _is_bare_speex),
]


def _size(format: Format, content: bytes) -> tuple[int, int]:
    """Width and height as the file claims them; (0, 0) where it does not say."""
    if format == PNG and len(content) >= 24:
        width, height = unpack_from('>II', content, 16)
        return width, height
    if format == GIF and len(content) >= 10:
        width, height = unpack_from('<HH', content, 6)
        return width, height
    return _jpeg_size(content) if format == JPEG else (0, 0)


# Markers C0 to CF start a frame and tell its size, but for three that define tables.
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def _jpeg_size(content: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker, length = unpack_from('>BH', content, at + 1)
        if marker in _JPEG_FRAMES:
            height, width = unpack_from('>HH', content, at + 5)
            return width, height
        at += 1 if marker == 0xFF else 2 + length  # FF may be repeated as filling
    return 0, 0
