"""The packages of a list of requirements, unpacked for another machine than this one.

By pip itself, not by Chalice's packager: where no wheel fits, that one says so on the way and leaves the package out of
the zip, or builds something from source, by whatever compiler this machine has; and it gives no name to the wheels it
took. Here everything is a wheel made for the target, or there is no package.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from ops.packing.targets import OLDEST_GLIBC, CannotBuild, Target

_TAG = re.compile(r'^Tag: \S+-manylinux_2_(\d+)_\w+$', re.MULTILINE)
_LEGACY_TAG = re.compile(r'^Tag: \S+-manylinux(1|2010|2014)_\w+$', re.MULTILINE)


def install(requirements: Path, folder: Path, target: Target, glibc: int) -> None:
    """Exactly what is listed: the list is whole. Wheels may need up to this minor version of glibc 2."""
    platforms = [f'--platform=manylinux_2_{minor}_{target.machine}' for minor in range(glibc, OLDEST_GLIBC - 1, -1)]
    done = subprocess.run(  # noqa: S603
        [
            sys.executable, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps',
            '--no-compile', '--only-binary=:all:', '--implementation=cp',
            '--python-version={}.{}'.format(*target.python), *platforms,
            f'--platform=manylinux2014_{target.machine}', f'--target={folder}', f'--requirement={requirements}',
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise CannotBuild(f'pip could not fetch {requirements.name} for {target.runtime} {target.architecture}:\n'
                          f'{done.stderr.strip()}')  # fmt: skip


def too_new(folder: Path, target: Target) -> Iterator[str]:
    """What was installed and will not load in Lambda, because the system below it is older than its wheel wants."""
    for said in sorted(folder.glob('*.dist-info/WHEEL')):
        text = said.read_text()
        minors = [int(minor) for minor in _TAG.findall(text)]
        if minors and not _LEGACY_TAG.search(text) and min(minors) > target.glibc:
            package = said.parent.name.removesuffix('.dist-info')
            yield (
                f'{package} needs glibc 2.{min(minors)}; Lambda has 2.{target.glibc} below {target.runtime}. '
                'Please build with Python 3.12, 3.13 or 3.14.'
            )
