"""Forms, queries and cookies as browsers send them, kind or hostile."""

from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from chalice.app import MultiDict
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.web import request


def sent(body: bytes = b'', query: dict[str, list[str]] | None = None, cookie: str = '') -> SimpleNamespace:
    headers = {'cookie': cookie} if cookie else {}
    return SimpleNamespace(raw_body=body, query_params=MultiDict(query) if query else None, headers=headers)


@given(some.dictionaries(some.text(), some.text(), max_size=20))
def test_a_form_comes_back_as_typed(fields: dict[str, str]) -> None:
    try:
        body = urlencode(fields).encode()
    except UnicodeEncodeError:  # half a surrogate pair, which no browser sends
        return
    assert request.form(sent(body)) == fields


def test_the_first_of_a_repeated_field_counts() -> None:
    assert request.form(sent(b'a=1&b=2&a=3')) == {'a': '1', 'b': '2'}
    assert request.query(sent(query={'a': ['1', '3'], 'b': ['2']})) == {'a': '1', 'b': '2'}


def test_line_ends_and_empty_fields_are_kept() -> None:
    assert request.form(sent(b'text=a%0D%0Ab+c&photo=')) == {'text': 'a\r\nb c', 'photo': ''}


def test_bytes_that_are_no_text_do_no_harm() -> None:
    assert request.form(sent(b'text=%ff%fe\xff')) == {'text': '\ufffd\ufffd\ufffd'}


def test_a_form_of_absurdly_many_fields_is_empty() -> None:
    assert request.form(sent(b'&'.join(b'a=1' for _ in range(request.MOST_FIELDS + 1)))) == {}


def test_a_page_without_a_query() -> None:
    assert request.query(sent()) == {}


@pytest.mark.parametrize(
    ('cookie', 'expected'),
    [
        ('', {}),
        ('a=1; b=2', {'a': '1', 'b': '2'}),
        ('foreign={"x": "y, z"}; weilin_session=abc', {'foreign': '{"x": "y, z"}', 'weilin_session': 'abc'}),
        ('junk; =x; a=b=c', {'': 'x', 'a': 'b=c'}),
        ('a=1; a=2', {'a': '1'}),
    ],
)
def test_cookies_survive_malformed_neighbours(cookie: str, expected: dict[str, str]) -> None:
    assert request.cookies(sent(cookie=cookie)) == expected
