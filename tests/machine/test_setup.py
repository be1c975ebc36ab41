"""Setting up a fresh machine: everything pinned, and where something is missing, the one command that helps."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from local.cloud import ROOT

LISTS = sorted(ROOT.glob('requirements*.txt'))


@pytest.mark.parametrize('path', LISTS, ids=lambda path: path.name)
def test_every_requirement_is_pinned(path: Path) -> None:
    wanted = [line for line in path.read_text().splitlines() if line and not line.startswith('#')]
    assert wanted
    assert [line for line in wanted if not re.fullmatch(r'[A-Za-z0-9-]+(\[[a-z0-9,]+\])?==[0-9][0-9a-z.]*', line)] == []


def test_the_product_and_the_tests_use_one_botocore() -> None:
    texts = [path.read_text() for path in LISTS if path.name != 'requirements-cloud.txt']  # an environment of its own
    assert len(set(re.findall(r'^boto(?:core|3)==(.*)$', '\n'.join(texts), re.MULTILINE))) == 1


class Machine:
    """A PATH on which some programs are not what they usually are."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.bin = folder, folder / 'bin'
        self.bin.mkdir()
        self.has('id', 'echo 1000')
        self.has('sudo', 'exit 1')  # asks for a password
        self.has('apt-get', 'exit 1')

    def has(self, name: str, script: str) -> None:
        program = self.bin / name
        program.write_text(f'#!/bin/sh\n{script}\n')
        program.chmod(0o755)

    def setup(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        path = f'{self.bin}:{os.environ["PATH"]}'
        environment = {name: value for name, value in os.environ.items() if name not in ('PYTHON', 'CHROMIUM')}
        return subprocess.run(
            [ROOT / 'local' / 'setup.sh', *arguments], env=environment | {'PATH': path}, capture_output=True, text=True
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_python_without_venv_is_told_the_command_for_it(machine: Machine) -> None:
    machine.has('python3', 'case "$2" in *ensurepip*) exit 1;; *sys.exit*) exit 0;; *) echo 3.11;; esac')
    said = machine.setup('environment', str(machine.folder / 'venv'), 'requirements-cloud.txt')
    assert said.returncode == 1
    assert "sudo sh -c 'apt-get update && apt-get install -y python3.11-venv'" in said.stderr
    assert not (machine.folder / 'venv').exists()


def test_with_the_right_to_install_it_installs(machine: Machine) -> None:
    machine.has('python3', 'case "$2" in *ensurepip*) exit 1;; *sys.exit*) exit 0;; *) echo 3.11;; esac')
    machine.has('sudo', f'echo "$@" >> {machine.folder}/typed')
    machine.setup('environment', str(machine.folder / 'venv'), 'requirements-cloud.txt')
    assert 'apt-get install -y -qq --no-install-recommends python3.11-venv' in (machine.folder / 'typed').read_text()


def test_a_python_that_is_too_old_is_said_so(machine: Machine) -> None:
    for name in ('python3', 'python3.11', 'python3.12', 'python3.13', 'python3.14'):
        machine.has(name, 'exit 1')
    said = machine.setup('environment', str(machine.folder / 'venv'), 'requirements-cloud.txt')
    assert said.returncode == 1
    assert 'needs Python 3.11 or later' in said.stderr


def test_a_missing_browser_is_asked_for_with_its_chinese_font(machine: Machine) -> None:
    only_shell = [name for name in ('sh', 'bash', 'env', 'dirname') if (Path('/bin') / name).exists()]
    for name in only_shell:
        (machine.bin / name).symlink_to(Path('/bin') / name)
    said = subprocess.run(
        ['/bin/bash', ROOT / 'local' / 'setup.sh', 'browser'],
        env={'PATH': str(machine.bin)},
        capture_output=True,
        text=True,
    )
    assert said.returncode == 1
    assert 'apt-get install -y chromium fonts-noto-cjk' in said.stderr


def test_setting_up_again_costs_nothing() -> None:
    again = subprocess.run(['make', '--question', 'setup'], cwd=ROOT, check=False)
    assert again.returncode == 0
