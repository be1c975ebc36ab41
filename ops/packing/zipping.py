"""A zip that depends on nothing but its content: sorted, without times, owners and this machine's modes."""

import zipfile
from pathlib import Path

_WHEN = (1980, 1, 1, 0, 0, 0)  # the first that a zip can say
_READABLE, _RUNNABLE = 0o100644 << 16, 0o100755 << 16


def write(folder: Path, to: Path) -> None:
    with zipfile.ZipFile(to, 'w', zipfile.ZIP_DEFLATED, compresslevel=9) as made:
        for file in sorted(found for found in folder.rglob('*') if found.is_file()):
            entry = zipfile.ZipInfo(file.relative_to(folder).as_posix(), _WHEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix: where the modes below are read
            entry.external_attr = _RUNNABLE if '.so' in file.suffixes else _READABLE
            made.writestr(entry, file.read_bytes())
