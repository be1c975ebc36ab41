"""Build what a deployment uploads: the functions' zip, the media worker's layer and Chalice's template.

Needs no stage and no AWS. What has been built before is found again; the same sources give the same hashes, on every
machine with the same Python. Bytecode fits one Python: the functions run on the version that builds them.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ops.packing import measuring
from ops.packing.build import Built, build
from ops.packing.measuring import MB, MOST_UNPACKED, MOST_ZIPPED
from ops.packing.targets import ARCHITECTURES, DEFAULT, CannotBuild

_BIGGEST = 8


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog='python -m ops.package', description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )  # fmt: skip
    parser.add_argument(
        '--architecture', choices=ARCHITECTURES, default=DEFAULT, help=f"the functions' CPU (default: {DEFAULT})"
    )
    given = parser.parse_args(argv)
    try:
        built = build(given.architecture)
    except CannotBuild as problem:
        print(problem, file=sys.stderr)
        return 2
    _show('functions', built.code, built.code_hash)
    _show("media worker's layer", built.layer, built.layer_hash)
    return _judge(built)


def _show(what: str, archive: Path, digest: str) -> None:
    whole, compiled = measuring.size(archive), measuring.bytecode(archive)
    print(f'{what}: {archive}\n  sha256 {digest}')
    rows = [('all', whole), ('of it bytecode', compiled), *list(measuring.parts(archive).items())[:_BIGGEST]]
    print(f'  {"":20} {"zipped MB":>10} {"unpacked MB":>12}')
    for name, size in rows:
        print(f'  {name:20} {size.zipped / MB:10.2f} {size.unpacked / MB:12.2f}')


def _judge(built: Built) -> int:
    """Say what is wrong with it; the exit status. What only AWS cannot run is still right for a local AWS."""
    code, layer = measuring.size(built.code), measuring.size(built.layer)
    too_big = []
    if code.zipped > MOST_ZIPPED:
        too_big.append(f'The functions are {code.zipped / MB:.1f} MB zipped; the aim is {MOST_ZIPPED / MB:.0f}.')
    if code.unpacked + layer.unpacked > MOST_UNPACKED:
        too_big.append(f'Unpacked, with the layer, they are more than Lambda takes: {MOST_UNPACKED / MB:.0f} MB.')
    for problem in (*(f'Not for AWS: {reason}' for reason in built.unfit), *too_big):
        print(problem, file=sys.stderr)
    return 1 if too_big else 0


if __name__ == '__main__':
    sys.exit(main())
