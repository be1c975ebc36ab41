"""Build the package of the functions and the layer of the media worker, and say what takes the room in it."""

import argparse
import sys
import zipfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from ops.packing.build import build

_BIGGEST = 12


def main(argv: Sequence[str] | None = None) -> int:
    argparse.ArgumentParser(prog='python -m ops.package', description=__doc__).parse_args(argv)
    built = build()
    for file, digest in ((built.code, built.code_hash), (built.layer, built.layer_hash)):
        _show(file, digest)
    return 0


def _show(file: Path, digest: str) -> None:
    with zipfile.ZipFile(file) as packed:
        entries = packed.infolist()
    parts: Counter[str] = Counter()
    for entry in entries:
        parts[entry.filename.removeprefix('python/').partition('/')[0]] += entry.compress_size
    unpacked = sum(entry.file_size for entry in entries)
    print(f'{file.name}  {file.stat().st_size / 1e6:.2f} MB, {unpacked / 1e6:.1f} MB unpacked, sha256 {digest}')
    for name, size in parts.most_common(_BIGGEST):
        print(f'  {size / 1e3:8.0f} kB  {name}')


if __name__ == '__main__':
    sys.exit(main())
