"""From sources to what is uploaded: the functions' zip, the media worker's layer, and Chalice's template.

Three stages, each kept under a name made from all that goes into it: dependencies, layer, and our own code on top of
the dependencies. A changed handler builds the last one alone.
"""

import json
import shutil
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from ops.packing import archive, bytecode, caching, dependencies, generating, slimming, targets
from ops.packing.targets import DEFAULT, NEWEST_GLIBC, Architecture, CannotBuild, Target

ROOT = Path(__file__).parents[2]
CACHE = ROOT / '.local' / 'build'


class Part(NamedTuple):
    """A list of requirements: where its packages stand in their zip, and where Lambda unpacks them."""

    requirements: str
    below: str
    unpacked_at: str


FUNCTIONS = Part('requirements.txt', '', '/var/task')
MEDIA = Part('requirements-media.txt', 'python/', '/opt/python')


class Built(NamedTuple):
    """A package. `unfit` says, in sentences for the operator, why Lambda could not run all of it, though this machine
    can: then it is for a local AWS alone."""

    code: Path
    layer: Path
    sam: dict[str, Any]
    code_hash: str
    layer_hash: str
    unfit: tuple[str, ...]


def build(architecture: Architecture = DEFAULT, root: Path = ROOT, cache: Path = CACHE) -> Built:
    """Build what is in `root`, or find it built. Raises `CannotBuild`."""
    target = targets.target(architecture)
    packages = _packages(FUNCTIONS, root, cache, target, target.glibc)
    media = _packages(MEDIA, root, cache, target, NEWEST_GLIBC)
    app = _app(root, cache, target, packages)
    code, layer = app / 'code.zip', media / 'packages.zip'
    sam = json.loads((app / 'sam.json').read_text())
    unfit = tuple((media / 'unfit.txt').read_text().splitlines())
    return Built(code, layer, sam, archive.digest(code), archive.digest(layer), unfit)


def _packages(part: Part, root: Path, cache: Path, target: Target, glibc: int) -> Path:
    requirements = root / part.requirements
    if not requirements.is_file():
        raise CannotBuild(f'There is no {part.requirements} in {root}.')

    def make(folder: Path) -> None:
        site = folder / 'site'
        dependencies.install(requirements, site, target, glibc)
        (folder / 'unfit.txt').write_text('\n'.join(dependencies.too_new(site, target)))
        slimming.slim(site)
        bytecode.compile_all(site, part.unpacked_at)
        archive.add(site, folder / 'packages.zip', part.below)
        shutil.rmtree(site)

    return caching.kept(cache, caching.key({part.requirements: requirements}, *_words(target), str(glibc)), make)


def _app(root: Path, cache: Path, target: Target, packages: Path) -> Path:
    def make(folder: Path) -> None:
        ours = folder / 'ours'
        sam = generating.generate(root, ours, target)
        bytecode.compile_all(ours, FUNCTIONS.unpacked_at)
        shutil.copyfile(packages / 'packages.zip', folder / 'code.zip')
        archive.add(ours, folder / 'code.zip')
        (folder / 'sam.json').write_text(json.dumps(sam))
        shutil.rmtree(ours)

    words = (*_words(target), version('chalice'), packages.name)
    return caching.kept(cache, caching.key(generating.app_files(root), *words), make)


def _words(target: Target) -> tuple[str, str]:
    return target.architecture, target.runtime
