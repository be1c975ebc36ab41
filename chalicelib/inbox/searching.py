"""Search in what was said to a unit and in whom it knows: newest first, in bounded parts. Asks indexes only.

A part ends with a dozen finds, or where it has read as much as one page may; `before` of it is where the next begins.
"""

import heapq
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Generic, NamedTuple, TypeVar

from chalicelib import clock
from chalicelib.inbox import records
from chalicelib.inbox.records import Conversation, Message

Found = TypeVar('Found')

REACH = timedelta(days=90)
FINDS = 12  # of one part: with as many residents it is a page of 30 KB
ROWS_A_REQUEST = 500  # of at most 2 KB: below the 1 MB after which a query ends by itself
MOST_REQUESTS = 60  # of one part: a street with a dozen communities asks four months of each
MOST_ROWS = 6_000  # of one part: two seconds of a small function's processor, see `benchmarks.searching`
_TICK = timedelta(microseconds=1)


class Part(NamedTuple, Generic[Found]):
    """Some of the finds; `before` is None where everything has been read."""

    finds: list[Found]
    before: datetime | None


def say_when(line: Message, unit: str) -> Message:
    """Let a line be found among what was said to this unit, which has it now. Lines without words are not."""
    if line.text:
        line.said = partition(unit, clock.beijing(line.at))
    return line


def partition(unit: str, local: datetime) -> str:
    """A unit's month in Beijing: 90 days are four of them at most, five on the first of May."""
    return f'{unit}#{local:%Y-%m}'


def plain(text: str) -> str:
    """How texts are compared: full width as half, capitals as small letters."""
    return unicodedata.normalize('NFKC', text).casefold()


def wanted(typed: str) -> tuple[str, ...]:
    """The words that must all occur."""
    return tuple(dict.fromkeys(plain(typed).split()))


def matches(words: Sequence[str], text: str) -> bool:
    shown = plain(text)
    return bool(words) and all(word in shown for word in words)


def lines(units: Sequence[str], words: Sequence[str], before: datetime, now: datetime) -> Part[Message]:
    """What residents and staff have said, in the months in which these units had it."""
    since, budget, finds = now - REACH, _Budget(), list[Message]()
    for begin, end in months(since, before):
        first, last = max(begin, since), min(end, before)

        def of(unit: str, month: datetime = begin, first: datetime = first, last: datetime = last) -> Iterator[Message]:
            where = partition(unit, month)
            return _all(lambda after: records.said(where, first, last - _TICK, ROWS_A_REQUEST, after), budget)

        reached = _take(
            map(of, units),
            lambda line: line.at,
            lambda line: not line.past(now) and matches(words, line.text),
            finds,
            last,
        )
        if reached:
            return Part([line for line in finds if line.at >= reached], reached)
    return Part(finds, None)


def people(units: Sequence[str], words: Sequence[str], before: datetime, now: datetime) -> Part[Conversation]:
    """Residents of these units who have been heard or answered, by how they are called and what clerks call them."""
    since, budget, finds = now - REACH, _Budget(), list[Conversation]()

    def of(unit: str) -> Iterator[Conversation]:
        return _all(lambda after: records.spoken_in(unit, since, before - _TICK, ROWS_A_REQUEST, after), budget)

    def fits(found: Conversation) -> bool:
        return matches(words, f'{found.label} {found.remark}')

    reached = _take(map(of, units), lambda found: found.last_at, fits, finds, before)
    return Part([found for found in finds if not reached or found.last_at >= reached], reached)


def months(since: datetime, before: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Beginnings and ends of the Beijing months that touch this stretch, the last first."""
    local = clock.beijing(before - _TICK).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    while True:
        following = (local + timedelta(days=32)).replace(day=1)
        if following <= since:
            return
        yield local, following
        local = (local - timedelta(days=1)).replace(day=1)


class _Spent(Exception):
    """A page may not read more."""


class _Budget:
    def __init__(self) -> None:
        self.requests, self.rows = MOST_REQUESTS, MOST_ROWS

    def ask(self) -> None:
        if self.requests <= 0 or self.rows <= 0:
            raise _Spent
        self.requests -= 1


def _all(page: Callable[[Any], tuple[list[Found], Any]], budget: _Budget) -> Iterator[Found]:
    after = None
    while True:
        budget.ask()
        rows, after = page(after)
        budget.rows -= len(rows)
        yield from rows
        if after is None:
            return


def _take(
    streams: Iterable[Iterator[Found]], at: Callable[[Found], datetime], fits: Callable[[Found], bool],
    finds: list[Found], end: datetime,
) -> datetime | None:  # fmt: skip
    """Add what fits, the newest first; where the next part begins, or None where the streams were read to their end."""
    reached = end
    try:
        for row in heapq.merge(*streams, key=at, reverse=True):
            if len(finds) >= FINDS and at(row) < at(finds[-1]):
                return at(row) + _TICK
            reached = at(row)
            if fits(row):
                finds.append(row)
    except _Spent:
        return min(end, reached + _TICK)  # of that moment there may be more: it is read again
    return None
