"""Things to send from a phone without having any: a picture, and places of Shinan district."""

import struct
import zlib
from fractions import Fraction
from functools import cache
from typing import Any

# (name, latitude, longitude), GCJ-02 as WeChat sends them, to about a hundred metres
PLACES = (
    ('青岛市市南区仙游路 15 号', 36.0668, 120.3790),
    ('青岛市市南区上杭路 7 号', 36.0676, 120.3826),
    ('五四广场', 36.0628, 120.3848),
    ('栈桥', 36.0606, 120.3186),
    ('八大关 正阳关路', 36.0541, 120.3489),
    ('中山公园', 36.0650, 120.3421),
    ('青岛市市南区闽江路 87 号', 36.0670, 120.3890),
)

WIDTH, HEIGHT = 640, 480


@cache
def picture() -> tuple[bytes, str]:
    """White foam piled up in front of a door, and its content type: JPEG where PyAV is installed, else PNG."""
    pixels = _scene()
    try:
        return _jpeg(pixels), 'image/jpeg'
    except ImportError:
        return _png(pixels), 'image/png'


def _scene() -> bytes:
    """RGB rows: a wall, pavement, a door with its step, and a heap of blocks."""
    rows = [bytearray(bytes((205, 196, 180)) * WIDTH) for _ in range(HEIGHT)]

    def box(left: int, top: int, right: int, bottom: int, colour: tuple[int, int, int]) -> None:
        for row in rows[top:bottom]:
            row[left * 3 : right * 3] = bytes(colour) * (right - left)

    for top in range(0, 330, 22):
        box(0, top, WIDTH, top + 2, (188, 178, 162))
    box(0, 330, WIDTH, HEIGHT, (128, 128, 126))
    box(0, 330, WIDTH, 336, (96, 96, 94))
    box(214, 66, 426, 330, (92, 66, 48))
    box(228, 80, 412, 330, (126, 88, 60))
    box(318, 80, 322, 330, (92, 66, 48))
    box(300, 200, 312, 222, (212, 190, 120))
    box(196, 330, 444, 348, (160, 158, 154))
    for number in range(26):
        left = 120 + number * 67 % 330
        top = 300 + number * 41 % 110
        wide, high = 54 + number * 13 % 40, 26 + number * 7 % 26
        light = 226 + number * 5 % 26
        box(left, top, left + wide, top + high, (light - 40, light - 38, light - 32))
        box(left, top, left + wide - 4, top + high - 5, (light, light, min(255, light + 4)))
    return b''.join(bytes(row) for row in rows)


def _png(pixels: bytes) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack('>I', len(data)) + name + data + struct.pack('>I', zlib.crc32(name + data))

    rows = b''.join(b'\0' + pixels[at : at + WIDTH * 3] for at in range(0, len(pixels), WIDTH * 3))
    head = struct.pack('>IIBBBBB', WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    return b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', head) + chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b'')


def _jpeg(pixels: bytes) -> bytes:
    import av

    frame: Any = av.VideoFrame(WIDTH, HEIGHT, 'rgb24')
    frame.planes[0].update(pixels)
    encoder: Any = av.CodecContext.create('mjpeg', 'w')
    encoder.width, encoder.height, encoder.pix_fmt, encoder.time_base = WIDTH, HEIGHT, 'yuvj420p', Fraction(1)
    packets = [*encoder.encode(frame.reformat(format='yuvj420p')), *encoder.encode(None)]
    return b''.join(bytes(packet) for packet in packets)
