"""Bytecode for every source, as Lambda finds it: /var/task is read-only, so what is not compiled here never is.

Unchecked: Python takes the bytecode without looking at its source. The source is there for the lines of tracebacks.
"""

import os
import subprocess
import sys
from pathlib import Path

from ops.packing.targets import CannotBuild


def compile_all(folder: Path, unpacked_at: str) -> None:
    """Compile for the Python that runs this. Tracebacks name `unpacked_at`, and nothing of this machine.

    One fresh process, one file after another, in order: what else a process has in memory decides which of a file's
    strings are written as references, so that bytecode of the same source can differ.
    """
    done = subprocess.run(  # noqa: S603
        [
            sys.executable, '-s', '-m', 'compileall', '-q', '-f', '-j', '1', '--invalidation-mode', 'unchecked-hash',
            '-s', folder, '-p', unpacked_at, folder,
        ],
        env={'PATH': os.environ['PATH'], 'PYTHONHASHSEED': '0'}, cwd='/', capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise CannotBuild(f'Something cannot be compiled:\n{done.stdout.strip()}')
