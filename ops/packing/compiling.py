"""Bytecode for every module: Lambda cannot write it, and without it an import takes three times as long."""

import py_compile
import subprocess
import sys
from pathlib import Path, PurePosixPath

_ROOT = Path(__file__).parents[2]
RUNTIME = (3, 11)  # python3.11 of Lambda; bytecode fits one minor version only


class WrongPython(Exception):
    """This Python's bytecode is not the runtime's."""


def compile_all(folder: Path, at: PurePosixPath) -> None:
    """Beside each source, valid without looking at it; `at`, where the folder will lie, is named in tracebacks."""
    if sys.version_info[:2] != RUNTIME:
        raise WrongPython(
            f'The functions run on Python {".".join(map(str, RUNTIME))}, this is {sys.version.split()[0]}. Make the '
            f'environment with it: make clean, then make PYTHON=python{".".join(map(str, RUNTIME))} setup'
        )
    # A process of its own: what a long-lived one has interned shows in the bytecode it writes.
    script = 'import sys; from ops.packing.compiling import compile_here; compile_here(*sys.argv[1:])'
    subprocess.run(  # noqa: S603 our own words
        [sys.executable, '-S', '-c', script, str(folder), str(at)],
        cwd=_ROOT, env={'PYTHONHASHSEED': '0', 'PYTHONDONTWRITEBYTECODE': '1'}, check=True,
    )  # fmt: skip


def compile_here(folder: str, at: str) -> None:
    """What the process of its own does."""
    for source in sorted(Path(folder).rglob('*.py')):
        py_compile.compile(
            str(source),
            dfile=str(PurePosixPath(at) / source.relative_to(folder)),
            doraise=False,  # templates of code in wheels are no modules
            quiet=2,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )
