"""PynamoDB is for records.py (with its indexes.py) and storage.py; others are handed what these make."""

import ast
from collections.abc import Iterator
from pathlib import Path

import chalicelib

ROOMS = Path(chalicelib.__path__[0])


def imported(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        if isinstance(node, ast.ImportFrom):
            yield from (f'{node.module}.{name.name}' for name in node.names)


def test_only_records_and_storage_use_it() -> None:
    others = [path for path in ROOMS.rglob('*.py') if path.name not in ('records.py', 'indexes.py', 'storage.py')]
    assert others
    found = {
        f'{path.relative_to(ROOMS)}: {name}'
        for path in others
        for name in imported(path.read_text())
        if name.partition('.')[0] == 'pynamodb'
    }
    assert found == set()
