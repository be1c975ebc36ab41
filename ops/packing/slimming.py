"""What of a dependency no function needs: it stays out of the package."""

import gzip
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# The services the functions call, of the 400 that botocore describes.
SERVICES = frozenset({'dynamodb', 's3', 'sns', 'sqs', 'ssm'})

# cryptography needs the compiled _cffi_backend alone; cffi's and pycparser's Python is for those who write bindings.
_PACKAGES = frozenset({'bin', 'cffi', 'pycparser'})
_FOLDERS = frozenset({'__pycache__', 'include', 'test', 'tests'})
# dateutil's own time zones are for systems that have none; of botocore's certificates certifi's take the place.
_FILES = frozenset({'py.typed', 'examples-1.json', 'dateutil-zoneinfo.tar.gz', 'cacert.pem'})
_SUFFIXES = frozenset({'.c', '.h', '.pxd', '.pyi', '.pyx'})


def slim(folder: Path) -> None:
    """Take away what is not needed, from an unpacked list of requirements."""
    for path in list(_unneeded(folder)):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    for packed in sorted(folder.glob('botocore/data/**/*.json.gz')):
        _unpack(packed)
    for endpoints in folder.glob('botocore/data/endpoints.json'):
        _narrow(endpoints)
    for metadata in folder.glob('*.dist-info/METADATA'):
        _shorten(metadata)


def _unneeded(folder: Path) -> Iterator[Path]:
    yield from (path for path in folder.iterdir() if path.name in _PACKAGES)
    yield from (path for path in folder.glob('*.dist-info/**/*') if path.is_file() and not _said_of_a_package(path))
    yield from folder.glob('charset_normalizer/*.so')  # beside the same in Python
    for service in folder.glob('botocore/data/*/'):
        if service.name not in SERVICES:
            yield service
        yield from sorted(service.iterdir())[:-1]  # earlier versions of its API
    for path in folder.rglob('*'):
        if path.name in (_FOLDERS if path.is_dir() else _FILES) or (path.is_file() and path.suffix in _SUFFIXES):
            yield path


def _said_of_a_package(path: Path) -> bool:
    """Licences have to come along, importlib.metadata reads the rest. RECORD differs by machine."""
    return (
        path.name in ('METADATA', 'entry_points.txt') or 'licen' in path.as_posix().partition('.dist-info/')[2].lower()
    )


def _shorten(metadata: Path) -> None:
    """Its headers, without the description below them."""
    metadata.write_text(metadata.read_text('utf-8').partition('\n\n')[0] + '\n', 'utf-8')


def _unpack(packed: Path) -> None:
    """A service's description as its first client reads it, without gzip and without its documentation."""
    described = json.loads(gzip.decompress(packed.read_bytes()))
    packed.with_suffix('').write_text(json.dumps(_undocumented(described), ensure_ascii=False, separators=(',', ':')))
    packed.unlink()


def _undocumented(value: Any) -> Any:
    if isinstance(value, dict):
        # Emptied, as botocore wants some to be there. A member called so is a description itself.
        return {
            name: '' if name == 'documentation' and isinstance(part, str) else _undocumented(part)
            for name, part in value.items()
        }
    return [_undocumented(part) for part in value] if isinstance(value, list) else value


def _narrow(endpoints: Path) -> None:
    """The first client of a process reads this file whole, 1.3 MB of it: keep the services we call, in all regions."""
    described = json.loads(endpoints.read_text())
    for partition in described['partitions']:
        partition['services'] = {name: said for name, said in partition['services'].items() if name in SERVICES}
    endpoints.write_text(json.dumps(described, separators=(',', ':')))
