"""What can be wrong in the catalogue, as a place and a reason; `words` makes a sentence of it. Pure."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from chalicelib.services.limits import LONGEST

_ID = re.compile('[a-z0-9]+(?:-[a-z0-9]+)*')


class Problem(NamedTuple):
    """`field` as in the file, `options.2h.price` for one of an option; `why` names words, `values` fill them."""

    of: str  # id of the item, category or crew
    field: str
    why: str
    values: tuple[tuple[str, Any], ...] = ()


def problem(of: str, field: str, why: str, **values: Any) -> Problem:
    return Problem(of, field, why, tuple(values.items()))


def is_id(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST['id'] and bool(_ID.fullmatch(value))


def words(of: str, field: str, value: Any, longest: int, needed: bool = True) -> Iterator[Problem]:
    if value is None or value == '':
        if needed:
            yield problem(of, field, 'missing')
    elif not isinstance(value, str) or not value.isprintable() or value != value.strip():
        yield problem(of, field, 'not_words')
    elif len(value) > longest:
        yield problem(of, field, 'too_long', most=longest)


def number(of: str, field: str, value: Any, least: int, most: int, multiple: int = 1) -> Iterator[Problem]:
    whole = (isinstance(value, int) or (isinstance(value, float) and value.is_integer())) and not isinstance(
        value, bool
    )
    if not whole or not least <= value <= most:
        yield problem(of, field, 'out_of_bounds', least=least, most=most)
    elif value % multiple:
        yield problem(of, field, 'not_multiple', multiple=multiple)


def one_of(of: str, field: str, value: Any, choices: Sequence[str]) -> Iterator[Problem]:
    if value not in choices:
        yield problem(of, field, 'no_choice', choices=' | '.join(choices))


def flag(of: str, field: str, value: Any) -> Iterator[Problem]:
    if not isinstance(value, bool):
        yield problem(of, field, 'not_flag')


def days(of: str, field: str, value: Any, most: int) -> Iterator[Problem]:
    for text in value:
        if not _is_day(text):
            yield problem(of, field, 'no_day', day=text)
    if len(value) > most:
        yield problem(of, field, 'too_many', most=most)
    yield from no_twin(of, field, value)


def no_twin(of: str, field: str, values: Sequence[Any]) -> Iterator[Problem]:
    for value in dict.fromkeys(value for value in values if values.count(value) > 1):
        yield problem(of, field, 'twice', value=value)


def _is_day(text: Any) -> bool:
    try:
        return isinstance(text, str) and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
