"""The package of the functions and the layer of the media worker, as they go to Lambda: slim, compiled, reproducible.

Chalice packs; what it packed is taken apart, made smaller, compiled, and packed again. Builds are kept by the hash of
all that goes into them, so that a build of the same is a look into a folder.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ops.packing import zipping
from ops.packing.compiling import compile_all
from ops.packing.slim import slim

ROOT = Path(__file__).parents[2]
BUILDS = ROOT / '.local' / 'build'
STAGE = 'aws'  # Chalice's; the deployments' names are the template's parameter
_TASK, _LAYER = '/var/task', '/opt'
_CHALICE = ('-c', 'from chalice.cli import main; main()')
_APP = ('app.py', 'requirements.txt', 'chalicelib', '.chalice/*.json')
_BUILDER = ('slim.py', 'compiling.py', 'zipping.py', 'build.py')


class Built(NamedTuple):
    """What was built, and what Chalice says to do with it."""

    code: Path
    layer: Path
    sam: dict[str, Any]
    code_hash: str
    layer_hash: str


def build(root: Path = ROOT) -> Built:
    """For x86_64 and Lambda's Python; `root` is a checkout."""
    made = _kept('app', _files(root, *_APP), lambda folder: _build_app(root, folder))
    layer = _kept('layer', _files(root, 'requirements-media.txt'), lambda folder: _build_layer(root, folder))
    code, voices = made / 'code.zip', layer / 'layer.zip'
    sam = json.loads((made / 'sam.json').read_text())
    return Built(code, voices, sam, _hash(code), _hash(voices))


def _files(root: Path, *patterns: str) -> Iterator[tuple[str, Path]]:
    for pattern in patterns:
        for found in sorted(root.glob(pattern)):
            inside = [found] if found.is_file() else sorted(found.rglob('*'))
            for file in inside:
                if file.is_file() and '__pycache__' not in file.parts:
                    yield file.relative_to(root).as_posix(), file


def _kept(kind: str, inputs: Iterator[tuple[str, Path]], make: Callable[[Path], None]) -> Path:
    """The folder of this build; whoever builds the same at the same time brings the same."""
    digest = hashlib.sha256(f'{kind} {sys.version}'.encode())
    builders = ((name, Path(__file__).parent / name) for name in _BUILDER)
    for name, file in [*inputs, *builders]:
        digest.update(f'{name} {_hash(file)}\n'.encode())
    folder = BUILDS / f'{kind}-{digest.hexdigest()[:16]}'
    if not folder.exists():
        BUILDS.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=BUILDS) as temporary:
            made = Path(temporary) / 'made'
            made.mkdir()
            make(made)
            try:
                made.rename(folder)
            except OSError:
                if not folder.exists():
                    raise
    return folder


def _build_app(root: Path, to: Path) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        packed, unpacked = Path(temporary) / 'packed', Path(temporary) / 'unpacked'
        # Any region will do: nothing of it goes into the template.
        _run([*_CHALICE, 'package', '--stage', STAGE, str(packed)], root, AWS_DEFAULT_REGION='cn-north-1')
        with zipfile.ZipFile(packed / 'deployment.zip') as made:
            made.extractall(unpacked)
        slim(unpacked)
        compile_all(unpacked, _TASK)
        zipping.write(unpacked, to / 'code.zip')
        shutil.copy(packed / 'sam.json', to)


def _build_layer(root: Path, to: Path) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        unpacked = Path(temporary)
        target = unpacked / 'python'
        _run([
            '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--only-binary=:all:', '--target',
            str(target), '-r', 'requirements-media.txt',
        ], root)  # fmt: skip
        slim(target)
        compile_all(unpacked, _LAYER)
        zipping.write(unpacked, to / 'layer.zip')


def _run(arguments: list[str], root: Path, **more: str) -> None:
    done = subprocess.run(  # noqa: S603 our own words
        [sys.executable, *arguments], cwd=root, env={**os.environ, **more}, check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f'{" ".join(arguments[1:4])} failed:\n{done.stdout}{done.stderr}')


def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
