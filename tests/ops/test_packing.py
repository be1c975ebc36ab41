"""The package: small, compiled for its runtime, the same from anywhere, and complete."""

import importlib.util
import json
import marshal
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from ops.packing import build as building
from ops.packing.build import ROOT, Built, build
from ops.packing.slim import SERVICES

MOST_BYTES = 10_000_000  # issue 4's aim
MOST_UNPACKED = 250 * 1024 * 1024  # Lambda's limit for code and layers together
UNCHECKED_HASH = 0b01  # PEP 552: a hash is there, and is not looked at


@pytest.fixture(scope='module')
def built() -> Built:
    return build()


@pytest.fixture(scope='module')
def unpacked(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp('task')
    with zipfile.ZipFile(built.code) as code:
        code.extractall(folder)
    return folder


def names(file: Path) -> list[str]:
    with zipfile.ZipFile(file) as packed:
        return packed.namelist()


def test_it_is_small(built: Built) -> None:
    assert built.code.stat().st_size < MOST_BYTES
    unpacked = 0
    for file in (built.code, built.layer):
        with zipfile.ZipFile(file) as packed:
            unpacked += sum(entry.file_size for entry in packed.infolist())
    assert unpacked < MOST_UNPACKED


def test_a_fresh_build_elsewhere_is_the_same(built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ('app.py', 'requirements.txt', 'requirements-media.txt'):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / 'chalicelib', tmp_path / 'chalicelib', ignore=shutil.ignore_patterns('__pycache__'))
    (tmp_path / '.chalice').mkdir()
    for file in (ROOT / '.chalice').glob('*.json'):
        shutil.copy(file, tmp_path / '.chalice')
    monkeypatch.setattr(building, 'BUILDS', tmp_path / 'builds')
    again = build(tmp_path)
    assert again.code != built.code
    assert (again.code_hash, again.layer_hash, again.sam) == (built.code_hash, built.layer_hash, built.sam)


def test_only_services_we_call_are_described(built: Built) -> None:
    described = {
        name.split('/')[2] for name in names(built.code) if name.startswith('botocore/data/') and name.count('/') > 2
    }
    assert described == SERVICES


def test_every_module_is_compiled_and_names_no_folder_of_ours(unpacked: Path) -> None:
    sources = list(unpacked.rglob('*.py'))
    assert sources
    for source in sources:
        compiled = Path(importlib.util.cache_from_source(str(source)))
        content = compiled.read_bytes()
        assert content[:4] == importlib.util.MAGIC_NUMBER
        assert int.from_bytes(content[4:8], 'little') == UNCHECKED_HASH
        assert marshal.loads(content[16:]).co_filename == f'/var/task/{source.relative_to(unpacked)}'


def test_voices_are_the_layers_alone(built: Built) -> None:
    assert not [name for name in names(built.code) if name.startswith('av/')]
    assert [name for name in names(built.layer) if name.startswith('python/av/') and name.endswith('.so')]


def test_nothing_of_the_workshop_is_in_it(built: Built) -> None:
    top = {name.partition('/')[0] for name in names(built.code)}
    assert not top & {'tests', 'local', 'ops', 'benchmarks', 'pytest', 'moto', 'boto3', 'flask', 'pip', 'setuptools'}


def test_all_of_it_loads_from_a_folder_nobody_may_write(unpacked: Path, tmp_path: Path) -> None:
    """With nothing of this checkout or its environment in reach."""
    for folder in [unpacked, *(found for found in unpacked.rglob('*') if found.is_dir())]:
        folder.chmod(0o555)
    script = f"""
import json, sys
sys.path[:0] = [{str(unpacked)!r}]
import app
import chalicelib.wechat.client, chalicelib.inbox.sending, chalicelib.desk.pages, chalicelib.alliance.pages
files = [module.__file__ for module in list(sys.modules.values()) if getattr(module, '__file__', None)]
print(json.dumps(files))
"""
    done = subprocess.run(
        [sys.executable, '-IS', '-c', script], cwd=tmp_path, env={'PATH': os.environ['PATH']}, check=False,
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    standard = Path(os.__file__).parent
    foreign = [
        file for file in json.loads(done.stdout)
        if not Path(file).is_relative_to(unpacked) and not Path(file).is_relative_to(standard)
    ]  # fmt: skip
    assert foreign == []
