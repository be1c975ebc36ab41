"""How big a package is, and what makes it so."""

import zipfile
from collections import Counter
from pathlib import Path
from typing import NamedTuple

MB = 1_000_000

# Lambda's limit for a function with all its layers, unpacked: 250 MB.
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MOST_UNPACKED = 250 * MB
# Ours for the functions' zip: every cold start fetches it.
MOST_ZIPPED = 11_000_000


class Size(NamedTuple):
    """Bytes in the zip, and of them when unpacked."""

    zipped: int
    unpacked: int


def size(archive: Path) -> Size:
    return Size(archive.stat().st_size, sum(size.unpacked for size in parts(archive).values()))


def parts(archive: Path) -> dict[str, Size]:
    """By package, biggest first; what belongs to a package by its name is counted with it."""
    with zipfile.ZipFile(archive) as open_archive:
        entries = open_archive.infolist()
    zipped, unpacked = Counter[str](), Counter[str]()
    for entry in entries:
        name = _part(entry.filename)
        zipped[name] += entry.compress_size
        unpacked[name] += entry.file_size
    return {name: Size(count, unpacked[name]) for name, count in zipped.most_common()}


def bytecode(archive: Path) -> Size:
    with zipfile.ZipFile(archive) as open_archive:
        compiled = [entry for entry in open_archive.infolist() if entry.filename.endswith('.pyc')]
    return Size(sum(entry.compress_size for entry in compiled), sum(entry.file_size for entry in compiled))


def _part(name: str) -> str:
    folders = name.removeprefix('python/').split('/')
    if folders[0] == '__pycache__':
        return folders[1].partition('.')[0]
    if folders[0].endswith('.dist-info'):
        return 'licences and names'
    return 'botocore/data' if folders[:2] == ['botocore', 'data'] else folders[0].partition('.')[0]
