"""For which Lambda a package is built: a CPU, and a Python, which is the one that builds."""

import platform
import sys
from typing import Literal, NamedTuple, get_args

Architecture = Literal['x86_64', 'arm64']
ARCHITECTURES: tuple[Architecture, ...] = get_args(Architecture)
DEFAULT: Architecture = 'x86_64'

# As wheels spell it.
_MACHINES: dict[Architecture, str] = {'x86_64': 'x86_64', 'arm64': 'aarch64'}

# Lambda's Pythons and the minor version of the glibc 2 below them: Amazon Linux 2 up to 3.11, then Amazon Linux 2023.
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html; the same figures as in Chalice's packager.
_GLIBC = {(3, 11): 26, (3, 12): 34, (3, 13): 34, (3, 14): 34}
OLDEST_GLIBC, NEWEST_GLIBC = 17, max(_GLIBC.values())


class CannotBuild(Exception):
    """No package came of it; the text says why, and what to do."""


class Target(NamedTuple):
    """One kind of Lambda."""

    architecture: Architecture
    python: tuple[int, int]

    @property
    def runtime(self) -> str:
        """As Lambda names it."""
        return 'python{}.{}'.format(*self.python)

    @property
    def machine(self) -> str:
        return _MACHINES[self.architecture]

    @property
    def glibc(self) -> int:
        return _GLIBC[self.python]


def of_this_machine() -> Architecture | None:
    """What the functions' CPU is called where a local AWS runs them here; None for one that Lambda does not have."""
    here = platform.machine()
    return next((name for name, machine in _MACHINES.items() if here in (name, machine)), None)


def target(architecture: Architecture, python: tuple[int, int] = sys.version_info[:2]) -> Target:
    """Bytecode fits one minor version of Python: the one that builds decides, as it does in Chalice's packager."""
    if python not in _GLIBC:
        raise CannotBuild(
            'Lambda does not have Python {}.{}. Please build with one of {}: make PYTHON=/path/to/python3.13 setup, '
            'after rm -r .venv.'.format(*python, ', '.join('{}.{}'.format(*known) for known in _GLIBC))
        )
    return Target(architecture, python)
