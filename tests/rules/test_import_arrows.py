"""Imports go down only: the contracts in pyproject.toml hold."""

import subprocess
import sys

# In a process of its own: import-linter silences every logger there is.
LINT = 'import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(cache_dir=None))'


def test_every_import_goes_down() -> None:
    found = subprocess.run([sys.executable, '-c', LINT], capture_output=True, text=True)
    assert found.returncode == 0, found.stdout
