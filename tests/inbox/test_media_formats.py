"""Files are told by what they are, and what they claim to be does not help them."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.inbox import formats

MEDIA = Path(__file__).parents[1] / 'fixtures' / 'media'
BARE = (MEDIA / 'voice.speex').read_bytes()
PNG_HEADER = b'\x89PNG\r\n\x1a\n\0\0\0\rIHDR'
JPEG_START = b'\xff\xd8\xff\xe0\0\x10JFIF\0' + bytes(9)


def png(width: int, height: int) -> bytes:
    return PNG_HEADER + width.to_bytes(4, 'big') + height.to_bytes(4, 'big') + b'\x08\x02\0\0\0'


def jpeg(width: int, height: int, before: bytes = b'') -> bytes:
    return (
        JPEG_START + before + b'\xff\xc2\0\x11\x08' + height.to_bytes(2, 'big') + width.to_bytes(2, 'big') + bytes(10)
    )


def gif(width: int, height: int) -> bytes:
    return b'GIF89a' + width.to_bytes(2, 'little') + height.to_bytes(2, 'little') + bytes(10)


@pytest.mark.parametrize(
    ('kind', 'file', 'format'),
    (
        ('image', 'photo.jpg', formats.JPEG),
        ('image', 'photo.png', formats.PNG),
        ('voice', 'voice.amr', formats.AMR),
        ('voice', 'voice.spx', formats.SPEEX),
        ('voice', 'voice.speex', formats.SPEEX_BARE),
        ('video', 'video.mp4', formats.MP4),
        ('shortvideo', 'video.mp4', formats.MP4),
    ),
)
def test_each_kind_we_take_is_recognised(kind: str, file: str, format: formats.Format) -> None:
    assert formats.taken(kind, (MEDIA / file).read_bytes()) == format


@pytest.mark.parametrize(
    ('content', 'format'),
    (
        (gif(2, 2), formats.GIF),
        (b'#!AMR-WB\n\x04', formats.AMR_WIDE),
        (b'\xff\xfb\x90\x44', formats.MP3),
        (b'\0\0\0\x18ftyp3gp5', formats.MP4),
    ),
)
def test_the_rarer_ones_too(content: bytes, format: formats.Format) -> None:
    assert formats.recognise(content) == format


@pytest.mark.parametrize(
    ('kind', 'content'),
    (
        ('image', b''),
        ('image', b'<html><script>alert(1)</script></html>'),
        ('image', b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ('image', b'\0\0\0\x18ftypheic'),
        ('image', b'MZ' + bytes(100)),
        ('image', (MEDIA / 'video.mp4').read_bytes()),
        ('voice', (MEDIA / 'photo.jpg').read_bytes()),
        ('voice', b'OggS' + bytes(24) + b'OpusHead'),
        ('voice', BARE[:-1]),
        ('voice', BARE + bytes(60)),
        ('video', b'\0\0\0\x18ftypqt  '),
        ('text', (MEDIA / 'photo.jpg').read_bytes()),
    ),
)
def test_what_is_not_of_its_kind_is_not_taken(kind: str, content: bytes) -> None:
    with pytest.raises(formats.NotTaken, match='请另选一个'):
        formats.taken(kind, content)


@pytest.mark.parametrize(
    'content',
    (
        png(60_000, 60_000),
        png(2**32 - 1, 2**32 - 1),
        gif(65_535, 65_535),
        jpeg(65_500, 65_500),
        jpeg(65_500, 65_500, before=b'\xff\xff\xff\xfe\0\x04ok'),
    ),
    ids=('png', 'png of the largest', 'gif', 'jpeg', 'jpeg behind filling'),
)
def test_a_picture_that_would_fill_the_memory_is_not_taken(content: bytes) -> None:
    with pytest.raises(formats.NotTaken, match='尺寸过大'):
        formats.taken('image', content)


@pytest.mark.parametrize('content', (png(12_000, 9_000), jpeg(12_000, 9_000), JPEG_START, PNG_HEADER[:12]))
def test_the_largest_cameras_and_broken_pictures_are_taken(content: bytes) -> None:
    assert formats.taken('image', content).kind == 'image'


HEADS = (b'', JPEG_START, PNG_HEADER, b'GIF89a', b'OggS', b'#!AMR\n', b'\0\0\0\x18ftyp', BARE[:60])


@given(head=st.sampled_from(HEADS), rest=st.binary(max_size=200))
def test_no_bytes_break_the_recognition(head: bytes, rest: bytes) -> None:
    for kind in ('image', 'voice', 'video'):
        with suppress(formats.NotTaken):
            assert formats.taken(kind, head + rest).kind == kind
