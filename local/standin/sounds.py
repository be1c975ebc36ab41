"""Voices: one to send, how long one lasts, and how a browser can play it. PyAV does the work where it is installed."""

import importlib.util
import io
import math
import struct
import wave
from functools import cache
from typing import Any


@cache
def voice() -> tuple[bytes, str]:
    """Four seconds of AMR, which is what WeChat records; silent where PyAV is missing."""
    try:
        return _amr(4), 'amr'
    except ImportError:
        return b'#!AMR\n' + b'\x7c' * 200, 'amr'  # 200 frames of 20 ms that say "no data"


def seconds_of_amr(content: bytes) -> int:
    """How long an AMR-NB recording lasts."""
    sizes = (13, 14, 16, 18, 20, 21, 27, 32, 6)
    at, frames = 6, 0
    while at < len(content):
        mode = content[at] >> 3 & 15
        at += sizes[mode] if mode < len(sizes) else 1
        frames += 1
    return max(1, round(frames / 50))


def can_play() -> bool:
    """Whether voices can be turned into what a browser plays."""
    return importlib.util.find_spec('av') is not None


def wav(content: bytes) -> bytes:
    """A recording of any kind as WAV; raises ValueError if it is none."""
    import av

    try:
        recording: Any = av.open(io.BytesIO(content))
        with recording as container:
            resampler = av.AudioResampler('s16', 'mono', 16000)
            frames = [part for frame in container.decode(audio=0) for part in resampler.resample(frame)]
            frames += resampler.resample(None)
    except (av.FFmpegError, IndexError) as error:
        raise ValueError('not a recording') from error
    file = io.BytesIO()
    with wave.open(file, 'wb') as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(16000)
        for frame in frames:
            out.writeframes(bytes(frame.planes[0])[: frame.samples * 2])
    return file.getvalue()


def _amr(seconds: int) -> bytes:
    import av

    file, rate = io.BytesIO(), 8000
    with av.open(file, 'w', 'amr') as container:
        stream: Any = container.add_stream('libopencore_amrnb', rate=rate, layout='mono', bit_rate=12200)
        for start in range(0, seconds * rate, 160):
            frame: Any = av.AudioFrame('s16', 'mono', 160)
            frame.rate, frame.pts = rate, start
            frame.planes[0].update(struct.pack('<160h', *(_hum(at / rate) for at in range(start, start + 160))))
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


def _hum(at: float) -> int:
    """A voice-like hum: a pitch that wanders, in syllables."""
    syllable = max(0.0, math.sin(at * 9)) * 7000
    return int(syllable * (math.sin(at * 880 + 3 * math.sin(at * 5)) + 0.4 * math.sin(at * 2640)))
