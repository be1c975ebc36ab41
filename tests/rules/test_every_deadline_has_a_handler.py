"""Every kind of deadline that any room sets is in app.DEADLINES, and nothing else is."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import app
import chalicelib
from chalicelib.inbox import alarms

ROOMS = Path(chalicelib.__path__[0])
# Where a kind comes as a parameter: whose parameter it is, and all that it can be.
HANDED_ON = {
    'inbox/alarms.py: kind': {alarms.CHASE, alarms.SENDS, alarms.FORGET},
    'privacy/forgetting.py: deadline.kind': set(),  # sets itself again
    'deadlines/actions.py: old.kind': set(),  # moves one
    'inbox/restoring.py: name.kind': set(),  # puts back one that was set before
}


def test_every_kind_has_a_handler_and_every_handler_a_kind() -> None:
    assert kinds() == set(app.DEADLINES)


def test_a_kind_that_nobody_handles_is_found(tmp_path: Path) -> None:
    (tmp_path / 'room.py').write_text("KIND = 'reminder'\ndeadlines.set(tx, 'birthday', id, at)\n")
    assert {found for _, found in kinds_of(tmp_path / 'room.py', tmp_path)} == {'birthday'}


def kinds() -> set[str]:
    found: set[str] = set()
    for path in ROOMS.rglob('*.py'):
        for place, kind in kinds_of(path, ROOMS):
            assert kind is not None or place in HANDED_ON, f'which kind is set here? {place}'
            found |= {kind} if kind else HANDED_ON[place]
    return found


def kinds_of(path: Path, root: Path) -> Iterator[tuple[str, str | None]]:
    """Where a deadline is set, and of which kind; None where only the caller knows."""
    name = path.relative_to(root).as_posix()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and _sets(node, name):
            kind = node.args[1]
            yield f'{name}: {ast.unparse(kind)}', _value(kind, name)


def _sets(call: ast.Call, name: str) -> bool:
    if len(call.args) < 4:
        return False
    return ast.unparse(call.func) == 'deadlines.set' or (name == 'deadlines/actions.py' and _is(call.func, 'set'))


def _is(func: ast.expr, name: str) -> bool:
    return isinstance(func, ast.Name) and func.id == name


def _value(kind: ast.expr, name: str) -> str | None:
    if isinstance(kind, ast.Constant):
        return str(kind.value)
    module: Any = import_module('chalicelib.' + name.removesuffix('.py').replace('/', '.'))
    try:
        return str(eval(ast.unparse(kind), vars(module)))
    except NameError:
        return None
