"""Our own code with Chalice's runtime, and the template of the stack, both as `chalice package` makes them."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from ops.packing.targets import CannotBuild, Target

STAGE = 'aws'  # of .chalice/config.json
# Chalice wants one, and asks botocore for the names of its services there; nobody is called.
REGION = 'cn-north-1'
_CHALICE = 'from chalice.cli import main; main()'


def app_files(root: Path) -> dict[str, Path]:
    """All that is ours and goes in, or decides what the template says."""
    found = [root / 'app.py', *(root / 'chalicelib').rglob('*'), *(root / '.chalice').glob('*.json')]
    return {path.relative_to(root).as_posix(): path for path in found if path.is_file() and _ours(path)}


def _ours(path: Path) -> bool:
    return path.suffix != '.pyc' and not path.name.startswith('.') and not path.name.endswith('~')


def generate(root: Path, folder: Path, target: Target) -> dict[str, Any]:
    """Put the code into the folder, and give back the template. Chalice works on a copy, without requirements: it would
    leave its archives beside the sources, and in its own way fetch what `dependencies` fetches."""
    copy, out = folder.with_name('copy'), folder.with_name('out')
    for name, path in app_files(root).items():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy / name)
    (copy / 'requirements.txt').touch()
    _set_architecture(copy / '.chalice' / 'config.json', target)
    _run_chalice(copy, out)
    with zipfile.ZipFile(out / 'deployment.zip') as archive:
        archive.extractall(folder)
    sam: dict[str, Any] = json.loads((out / 'sam.json').read_text())
    shutil.rmtree(copy)
    shutil.rmtree(out)
    return _checked(sam, target)


def _set_architecture(path: Path, target: Target) -> None:
    config = json.loads(path.read_text())
    config['stages'][STAGE]['lambda_architecture'] = target.architecture
    path.write_text(json.dumps(config))


def _run_chalice(copy: Path, out: Path) -> None:
    # Nothing of the user's environment goes along: neither a profile nor a setting may change what comes out.
    environment = {
        'PATH': os.environ['PATH'], 'HOME': str(copy), 'LANG': 'C.UTF-8', 'AWS_DEFAULT_REGION': REGION,
        'AWS_EC2_METADATA_DISABLED': 'true', 'PYTHONDONTWRITEBYTECODE': '1', 'PYTHONHASHSEED': '0',
    }  # fmt: skip
    done = subprocess.run(  # noqa: S603
        [sys.executable, '-c', _CHALICE, 'package', '--stage', STAGE, out],
        cwd=copy, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise CannotBuild(f'Chalice could not package the app:\n{done.stderr.strip()}')


def _checked(sam: dict[str, Any], target: Target) -> dict[str, Any]:
    """Bytecode and compiled wheels fit one runtime: the template must not say another."""
    kinds = {
        (part['Properties']['Runtime'], *part['Properties']['Architectures'])
        for part in sam['Resources'].values()
        if part['Type'] == 'AWS::Serverless::Function'
    }
    if kinds != {(target.runtime, target.architecture)}:
        raise CannotBuild(f'Chalice made a template for {kinds}, not for {target.runtime} {target.architecture}.')
    return sam
