"""Every log call is a sentence that never changes, then fields by name, of which none can name or quote a resident."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import app
import chalicelib
from chalicelib.log_lines import OWN, parts

ROOMS = Path(chalicelib.__path__[0])
FILES = [Path(app.__file__), *sorted(ROOMS.rglob('*.py'))]
LEVELS = {'debug', 'info', 'warning', 'error', 'critical', 'exception', 'log'}

# All fields there are. Before another one joins: can its value be an openid, a name, a number, a resident's words, an
# address with a token, or an exception's text?
FIELDS = {
    'account': 'an Official Account',
    'accounts': 'a count',
    'after_seconds': 'a span',
    'answerer': 'a function of ours',
    'attempts': 'a count',
    'bytes': 'a size',
    'came': 'a count',
    'channel': 'robot, wechat …',
    'code': "WeChat's error code",
    'error': "the kind of an exception, or one whose text `log_lines` knows to be free of contents",
    'event': "the name of one of WeChat's events",
    'ip': 'our own address',
    'kept': 'what is kept in memory: units, credentials …',
    'key': 'a message within its conversation: moment and number',
    'kind': 'of a message, a deadline',
    'late': 'whether it came by the queue',
    'left': 'a count',
    'listed': 'a count',
    'matters': 'a count',
    'meaning': 'of an error code, from a table',
    'of': 'a count',
    'page': 'a view of ours',
    'path': "of WeChat's API, without its query",
    'reason': 'an exception whose text is free of contents',
    'rid': "what WeChat's support asks for",
    'shard': 'one of eight',
    'state': 'of a medium',
    'status': 'of HTTP',
    'unit': 'a public office',
    'units': 'a count',
    'way': 'topic or page',
    'why': 'left, asked, kept long enough',
    'year': 'of the calendar',
    'done': 'a count', 'doubted': 'a count', 'dropped': 'a count', 'overtaken': 'a count', 'put_off': 'a count',
    'stuck': 'a count',
    'OldestUnansweredMinutes': 'a span', 'OldestOverdueMinutes': 'a span', 'OverdueConversations': 'a count',
}  # fmt: skip


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS:
            owner = node.func.value
            if isinstance(owner, ast.Name) and 'log' in owner.id:
                yield f'{path.relative_to(ROOMS.parent)}:{node.lineno}', node


def trouble(call: ast.Call) -> str:
    """What is wrong with a call; '' if nothing is."""
    template = call.args[0] if call.args else None
    if not (isinstance(template, ast.Constant) and isinstance(template.value, str)):
        return 'its sentence is not there to be read'
    sentence, names = parts(template.value)
    filled_in = call.args[1:]
    if template.value.count('%') != len(names) or not template.value.startswith(f'{sentence} ' if names else sentence):
        return 'something is filled in that has no name'
    if not any(isinstance(value, ast.Starred) for value in filled_in) and len(filled_in) != len(names):
        return 'another number of fields than values'
    return ', '.join(sorted(set(names) & OWN | set(names) - set(FIELDS)))


CALLS = [found for path in FILES for found in calls(path)]


@pytest.mark.parametrize(('place', 'call'), CALLS, ids=[place for place, _ in CALLS])
def test_a_call_is_a_sentence_and_named_fields(place: str, call: ast.Call) -> None:
    assert trouble(call) == '', place


def test_the_fields_of_the_table_are_used() -> None:
    used = {name for _, call in CALLS for name in parts(ast.literal_eval(call.args[0]))[1]}
    assert used == set(FIELDS)


def test_one_logger_for_all() -> None:
    names = {
        ast.unparse(node.args[0]) if node.args else ''
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == 'logging.getLogger'
    }
    assert names == {"'weilin'", ''}  # and the root, whose handler is Lambda's


@pytest.mark.parametrize(
    ('source', 'found'),
    (
        ("log.info('kept account=%s', a)", ''),
        ("log.info('kept')", ''),
        ("log.info(f'kept {a}')", 'its sentence is not there to be read'),
        ("log.info('kept %s account=%s', a, b)", 'something is filled in that has no name'),
        ("log.info('%s was kept', a)", 'something is filled in that has no name'),
        ("log.info('kept account=%s', a, b)", 'another number of fields than values'),
        ("log.info('kept text=%s', a)", 'text'),
        ("log.info('kept openid=%s account=%s', a, b)", 'openid'),
        ("log.info('kept message=%s', a)", 'message'),
    ),
)
def test_a_call_that_does_not_fit_is_found(source: str, found: str) -> None:
    call = ast.parse(source).body[0]
    assert isinstance(call, ast.Expr)
    assert isinstance(call.value, ast.Call)
    assert trouble(call.value) == found
