"""What is in the package: all that a function needs, compiled, and little else."""

import json
import marshal
import re
import zipfile
from collections.abc import Iterator
from importlib.metadata import distribution
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from types import CodeType

import pytest
from packaging.requirements import Requirement

from ops.packing import build, generating, measuring, slimming
from tests import packed

# Bytecode of PEP 552 whose source is not looked at: hash-based, and not to be checked.
UNCHECKED_HASH = 0b01
# What must not be deployed, by its name for `import`; av is the layer's.
TOOLS = {'av', 'boto3', 'flask', 'hypothesis', 'moto', 'mypy', 'pip', 'playwright', 'pytest', 'ruff', 'setuptools'}


@pytest.fixture(params=[packed.code, packed.layer], ids=['code', 'layer'])
def opened(request: pytest.FixtureRequest) -> zipfile.ZipFile:
    found: zipfile.ZipFile = request.param()
    return found


def packages(opened: zipfile.ZipFile) -> set[str]:
    return {name.removeprefix('python/').partition('/')[0].partition('.')[0] for name in opened.namelist()}


def sources(opened: zipfile.ZipFile) -> set[str]:
    return {name for name in opened.namelist() if name.endswith('.py')}


def file_names(code: CodeType) -> Iterator[str]:
    yield code.co_filename
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from file_names(constant)


def test_only_services_we_call_are_described() -> None:
    data = [name.split('/')[2] for name in packed.code().namelist() if name.startswith('botocore/data/')]
    described = {name for name in data if '.' not in name}
    assert described == slimming.SERVICES
    endpoints = json.loads(packed.code().read('botocore/data/endpoints.json'))
    offered = {name for partition in endpoints['partitions'] for name in partition['services']}
    assert offered == slimming.SERVICES
    assert {'aws', 'aws-cn'} <= {partition['partition'] for partition in endpoints['partitions']}


def test_every_service_we_call_is_described() -> None:
    """DynamoDB's client is PynamoDB's."""
    ours = ''.join(path.read_text() for path in (build.ROOT / 'chalicelib').rglob('*.py'))
    assert {'dynamodb', *re.findall(r"client\('(\w+)'\)", ours)} == slimming.SERVICES


def test_every_source_has_bytecode_of_its_own(opened: zipfile.ZipFile) -> None:
    compiled = {name for name in opened.namelist() if name.endswith('.pyc')}
    assert compiled == {packed.bytecode_of(name) for name in sources(opened)}


def test_bytecode_is_taken_unseen_and_names_lambdas_folders(opened: zipfile.ZipFile) -> None:
    for source in sources(opened):
        found = opened.read(packed.bytecode_of(source))
        assert found[:4] == MAGIC_NUMBER
        assert int.from_bytes(found[4:8], 'little') == UNCHECKED_HASH
        place = f'/opt/{source}' if source.startswith('python/') else f'/var/task/{source}'
        assert set(file_names(marshal.loads(found[16:]))) == {place}


def test_no_tool_is_deployed() -> None:
    assert packages(packed.code()) & (TOOLS | {'ops', 'local', 'tests', 'benchmarks'}) == set()
    assert {name for name in packages(packed.layer()) if not name.startswith('av-')} == {'av'}


def test_nothing_of_an_installation_is_left(opened: zipfile.ZipFile) -> None:
    assert [name for name in opened.namelist() if '/tests/' in name or name.endswith('/RECORD')] == []
    assert {Path(name).suffix for name in opened.namelist()} & {'.pyi', '.pyx', '.pxd', '.c', '.h', '.gz'} == set()


def test_templates_and_styles_go_along() -> None:
    ours = {name for name in generating.app_files(build.ROOT) if name.startswith('chalicelib/')}
    assert ours <= set(packed.code().namelist())
    assert any(name.endswith('.html') for name in ours)


def test_it_stays_small() -> None:
    functions, media = measuring.size(packed.built().code), measuring.size(packed.built().layer)
    assert functions.zipped < measuring.MOST_ZIPPED
    assert functions.unpacked + media.unpacked < measuring.MOST_UNPACKED


def test_licences_come_along(opened: zipfile.ZipFile) -> None:
    packages = {name.partition('.dist-info/')[0] for name in opened.namelist() if '.dist-info/' in name}
    licensed = {name.partition('.dist-info/')[0] for name in opened.namelist() if 'licen' in name.lower()}
    for package in packages - licensed:  # its wheel carries no such file, and says in one line what it is
        assert '\nLicense: ' in opened.read(f'{package}.dist-info/METADATA').decode(), package


@pytest.mark.parametrize('machine', ['x86_64', 'aarch64'])
@pytest.mark.parametrize('python', ['3.11', '3.12', '3.13', '3.14'])
def test_requirements_are_whole(python: str, machine: str) -> None:
    """pip is told to fetch nothing that is not listed: what a package of the list needs has to be there."""
    there = {'python_version': python, 'python_full_version': f'{python}.0', 'platform_machine': machine, 'extra': ''}
    lines = (build.ROOT / 'requirements.txt').read_text().splitlines()
    listed = [Requirement(line) for line in lines if line and not line.startswith('#')]
    names = {requirement.name.lower().replace('_', '-') for requirement in listed}
    for requirement in listed:
        installed = distribution(requirement.name)  # tests and package stand on the same
        assert str(requirement.specifier) == f'=={installed.version}', requirement.name
        for text in installed.requires or ():
            needed = Requirement(text)
            if needed.marker is None or needed.marker.evaluate(there):
                assert needed.name.lower().replace('_', '-') in names, f'{requirement.name} needs {needed.name}'


def test_entries_carry_nothing_of_this_machine(opened: zipfile.ZipFile) -> None:
    seen = {(entry.date_time, entry.external_attr, entry.create_system) for entry in opened.infolist()}
    assert seen == {((1980, 1, 1, 0, 0, 0), 0o100644 << 16, 3)}
