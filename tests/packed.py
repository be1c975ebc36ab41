"""The package of this checkout for this CPU: built once for all tests that look into it, and kept for the next run."""

import shutil
import zipfile
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path

from ops.packing import build, generating, targets

REQUIREMENTS = ('requirements.txt', 'requirements-media.txt')
CPU = targets.of_this_machine() or targets.DEFAULT


@cache
def built() -> build.Built:
    return build.build(CPU)


@cache
def code() -> zipfile.ZipFile:
    return zipfile.ZipFile(built().code)


@cache
def layer() -> zipfile.ZipFile:
    return zipfile.ZipFile(built().layer)


def build_of(root: Path) -> build.Built:
    """Another checkout's; what it has in common with this one's is not built again."""
    return build.build(CPU, root)


def clone(folder: Path) -> Path:
    """What goes into a package, in another folder."""
    for name, path in generating.app_files(build.ROOT).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, folder / name)
    for name in REQUIREMENTS:
        shutil.copyfile(build.ROOT / name, folder / name)
    return folder


def bytecode_of(source: str) -> str:
    return cache_from_source(source)
