"""Voice as browsers play it (MP3) and as WeChat takes it (AMR), by PyAV, which only the media worker has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from struct import pack
from typing import TYPE_CHECKING, Literal

from chalicelib.inbox import formats

if TYPE_CHECKING:
    from av import AudioFrame

# WeChat's own voices end at 60 seconds. One byte of AMR can stand for 20 ms of silence: a small file may never end.
LONGEST_SECONDS = 600


class CannotPlay(Exception):
    """No sound could be made of it, or PyAV is missing here; the message never quotes the file."""

    loggable = True


@dataclass(frozen=True)
class Playable:
    """Sound that can be played, and how long it lasts."""

    content: bytes
    seconds: float


@dataclass(frozen=True)
class _Target:
    codec: Literal['libmp3lame', 'libopencore_amrnb']
    container: str
    rate: int
    bit_rate: int


# 60 seconds are 180 KB. 16 kHz because MP3 below it is an extension (MPEG 2.5) that not every player knows.
_MP3 = _Target('libmp3lame', 'mp3', 16_000, 24_000)
_AMR = _Target('libopencore_amrnb', 'amr', 8_000, 12_200)

# The demuxer is named, so that none of FFmpeg's hundreds of others ever sees a stranger's file.
_DEMUXERS = {formats.AMR: 'amr', formats.AMR_WIDE: 'amr', formats.MP3: 'mp3', formats.SPEEX: 'ogg'}


def to_mp3(content: bytes) -> Playable:
    """Mono MP3 of a voice in any format that `formats` takes; raises `CannotPlay`."""
    return _convert(content, _MP3)


def to_amr(content: bytes) -> Playable:
    """AMR of a voice, for WeChat; raises `CannotPlay`."""
    return _convert(content, _AMR)


def _convert(content: bytes, target: _Target) -> Playable:
    try:
        from av import FFmpegError
    except ImportError as error:
        raise CannotPlay('PyAV is not installed here') from error
    frames = _heard(content)
    try:
        sound = _encode(frames, target)
    except (FFmpegError, ValueError) as error:
        raise CannotPlay('it could not be converted') from error
    return Playable(sound, sum(frame.samples / frame.sample_rate for frame in frames))


def _heard(content: bytes) -> list[AudioFrame]:
    """Everything that can be heard before the file ends or its damage begins."""
    from av import FFmpegError

    frames: list[AudioFrame] = []
    seconds = 0.0
    try:
        for frame in _decode(content):
            frames.append(frame)
            seconds += frame.samples / frame.sample_rate
            if seconds > LONGEST_SECONDS:
                raise CannotPlay(f'longer than {LONGEST_SECONDS} seconds')
    except (FFmpegError, ValueError):
        pass  # cut off or damaged: what came before can still be played
    if not seconds:
        raise CannotPlay('nothing can be heard in it')
    return frames


def _decode(content: bytes) -> Iterator[AudioFrame]:
    import av

    format = formats.recognise(content)
    if format == formats.SPEEX_BARE:
        yield from _decode_bare_speex(content)
    elif format in _DEMUXERS:
        # 'replace': tags in whatever encoding must not make a good voice unreadable
        with av.open(BytesIO(content), 'r', format=_DEMUXERS[format], metadata_errors='replace') as container:
            for stream in container.streams.audio[:1]:
                yield from container.decode(stream)


def _decode_bare_speex(content: bytes) -> Iterator[AudioFrame]:
    """Frames without a header: the decoder is told what the header would say."""
    from av import AudioCodecContext, Packet

    decoder = AudioCodecContext.create('speex', 'r')
    # name, version, its number, header size, rate, wideband, bitstream 4, mono, bit rate unknown, samples a frame,
    # constant bit rate, one frame a packet, nothing more
    said = (b'Speex   ', b'1.2', 1, 80, 16_000, 1, 4, 1, -1, 320, 0, 1, 0, 0, 0)
    decoder.extradata = pack('<8s20s13i', *said)
    decoder.sample_rate = 16_000
    for at in range(0, len(content), formats.SPEEX_BLOCK):
        yield from decoder.decode(Packet(content[at : at + formats.SPEEX_BLOCK]))


def _encode(frames: list[AudioFrame], target: _Target) -> bytes:
    import av

    sound = BytesIO()
    with av.open(sound, 'w', format=target.container) as container:
        stream = container.add_stream(target.codec, rate=target.rate, layout='mono')
        stream.bit_rate = target.bit_rate
        stream.codec_context.open()
        resampler = av.AudioResampler(
            stream.format, layout='mono', rate=target.rate, frame_size=stream.codec_context.frame_size
        )
        for frame in [*frames, None]:
            if frame:
                frame.pts = None  # damaged files carry times that go backwards
            for part in resampler.resample(frame):
                container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return sound.getvalue()
