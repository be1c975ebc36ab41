"""What has been built stays, under a name made from all that went into it."""

import contextlib
import hashlib
import os
import platform
import shutil
import tempfile
import time
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

_KEEP_SECONDS = 7 * 24 * 3600  # since it was last used
# What changes nothing in a package
_OTHERS = {'measuring.py'}
_BUILDERS = [path for path in Path(__file__).parent.glob('*.py') if path.name not in _OTHERS]


def kept(cache: Path, key: str, make: Callable[[Path], None]) -> Path:
    """The folder of this name, made by `make` if it is not there. Two that make it at once do not meet."""
    place = cache / key
    if not place.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix='.') as temporary:
            made = Path(temporary) / 'made'
            made.mkdir()
            make(made)
            try:
                made.rename(place)
            except OSError:  # somebody else was faster; theirs is the same
                if not place.is_dir():
                    raise
        _forget_old(cache)
    os.utime(place)
    return place


def _forget_old(cache: Path) -> None:
    for place in cache.iterdir():
        with contextlib.suppress(FileNotFoundError):  # another build's temporary folder
            if place.stat().st_mtime < time.time() - _KEEP_SECONDS:
                shutil.rmtree(place, ignore_errors=True)


def key(files: Mapping[str, Path], *words: str) -> str:
    """A name from the files, by what they are called in the package, and from all that works on them."""
    builders = {f'builders/{path.name}': path for path in _BUILDERS}
    made = hashlib.sha256('\0'.join((platform.python_version(), zlib.ZLIB_RUNTIME_VERSION, *words)).encode())
    for name, path in sorted((builders | dict(files)).items()):
        made.update(f'\0{name}\0'.encode() + hashlib.sha256(path.read_bytes()).digest())
    return made.hexdigest()[:32]
