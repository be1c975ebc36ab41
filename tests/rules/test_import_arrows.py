"""Imports go down only: the contracts in pyproject.toml hold."""

from importlinter.cli import lint_imports


def test_every_import_goes_down() -> None:
    assert lint_imports(cache_dir=None) == 0
