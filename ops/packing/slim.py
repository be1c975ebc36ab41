"""What a function never reads stays out of its package."""

import shutil
from pathlib import Path

# Of botocore's descriptions of 400 services: those our code calls.
SERVICES = frozenset({'dynamodb', 's3', 'sns', 'sqs', 'ssm', 'sts'})
_JUNK_FOLDERS = ('__pycache__', 'tests', 'test', 'bin')
_JUNK_FILES = ('*.pyi', '*.pyx', '*.pxd', '*.c', '*.h', '*.pyc')
_UNUSED = (
    'botocore/cacert.pem',  # certifi's is taken
    'cffi',  # cryptography was compiled with it and needs the backend only
    'pycparser',
    'wechatpy/work',  # WeCom's client: nothing of wechatpy imports it, and a group's robot is called without it
    'dateutil/zoneinfo/dateutil-zoneinfo.tar.gz',  # zones are read from the system or by fixed offsets
)


def slim(folder: Path) -> None:
    data = folder / 'botocore' / 'data'
    if data.exists():
        for service in data.iterdir():
            if service.is_dir() and service.name not in SERVICES:
                shutil.rmtree(service)
    for name in _UNUSED:
        _remove(folder / name)
    for name in _JUNK_FOLDERS:
        for junk in [found for found in folder.rglob(name) if found.is_dir()]:
            shutil.rmtree(junk, ignore_errors=True)
    for pattern in (*_JUNK_FILES, 'examples-1.json*', 'charset_normalizer/*.so'):  # the last have the same in Python
        for file in folder.rglob(pattern):
            file.unlink()
    for info in folder.glob('*.dist-info'):
        _shorten(info)


def _remove(unused: Path) -> None:
    if unused.is_dir():
        shutil.rmtree(unused)
    else:
        unused.unlink(missing_ok=True)


def _shorten(info: Path) -> None:
    """importlib.metadata reads headers and entry points, licences have to come along; RECORD differs by machine."""
    for file in [found for found in info.rglob('*') if found.is_file()]:
        if file.name == 'METADATA':
            file.write_text(file.read_text('utf-8').partition('\n\n')[0] + '\n', 'utf-8')
        elif file.name != 'entry_points.txt' and 'licen' not in str(file).lower():
            file.unlink()
