"""Bytecode for every module: Lambda cannot write it, and without it an import takes twice as long."""

import os
import subprocess
import sys
from pathlib import Path

# Lambda's runtimes our code may run on. Chalice asks for that of the Python that packs; bytecode fits no other.
RUNTIMES = ((3, 11), (3, 12), (3, 13), (3, 14))
# Lambda's python3.11 is Amazon Linux 2, whose C library (2.26) is older than PyAV's wheels want (2.28).
FIRST_WITH_VOICES = (3, 12)


class WrongPython(Exception):
    """Lambda does not run what this Python packs."""


def compile_all(folder: Path, at: str) -> None:
    """Beside each source, valid without looking at it; `at`, where the folder will lie, is named in tracebacks.

    In one process of its own: what a long-lived one has in memory shows in the bytecode it writes.
    """
    if sys.version_info[:2] not in RUNTIMES:
        known = ', '.join(f'{major}.{minor}' for major, minor in RUNTIMES)
        raise WrongPython(f'The functions run on Python {known}, and this is {sys.version.split()[0]}.')
    subprocess.run(  # noqa: S603 our own words
        [
            sys.executable, '-s', '-m', 'compileall', '-q', '-f', '-j', '1', '--invalidation-mode', 'unchecked-hash',
            '-s', str(folder), '-p', at, str(folder),
        ],
        env={'PATH': os.environ['PATH'], 'PYTHONHASHSEED': '0'}, cwd='/', check=True,
    )  # fmt: skip
