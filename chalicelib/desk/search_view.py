"""What is searched where, and the finds in words: residents by what they are called, lines by what was said."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from chalicelib import clock
from chalicelib.alliance import actions as alliance
from chalicelib.alliance import leave
from chalicelib.desk import access, rules
from chalicelib.desk.marking import Piece, excerpt
from chalicelib.desk.rules import Choice, Unclear
from chalicelib.inbox import actions as inbox
from chalicelib.inbox import searching
from chalicelib.privacy import actions as privacy
from chalicelib.residents import actions as residents
from chalicelib.residents import rules as resident_rules

if TYPE_CHECKING:
    from datetime import timedelta

    from chalicelib.alliance.records import Member, Unit
    from chalicelib.inbox.records import Conversation, Message


class Person(NamedTuple):
    """A resident as a room that knows more of her has her: `words` (name, building, phone) are searched and shown."""

    conversation: str
    words: str


# The one place for rooms that know more of residents than the inbox does: each gives those of a unit.
Source = Callable[[str, datetime], Iterable[Person]]


def _told(unit: str, now: datetime) -> Iterator[Person]:
    """What residents have said of themselves, or clerks of them."""
    for one in residents.by_unit(unit, now):
        said = (residents.said(one, field.name) for field in resident_rules.FIELDS)
        yield Person(one.id, ' '.join(fact['text'] for fact in said if fact))


KNOWN_BY: tuple[Source, ...] = (_told,)
KNOWN_READ = 2_000  # persons of one source and unit, in one search

WORDS_LENGTH = 40
MOST_WORDS = 5
SAID_LENGTH = 40
_PART_AROUND = 600  # seconds of talk after a find, when its conversation is opened there
_NEW = 86_400  # seconds: a younger find stands in the newest part of its talk, where one can answer


class Asked(NamedTuple):
    """What is looked for, in whose letters, and from where on; None where a part has been read to its end."""

    words: str
    unit: str
    people: datetime | None
    lines: datetime | None


class Hit(NamedTuple):
    path: str
    who: str
    called: tuple[Piece, ...]  # what clerks call her
    when: str
    by: str
    said: tuple[Piece, ...]
    unit: str


class Finds(NamedTuple):
    """The page, in words."""

    words: str
    unit: str
    places: tuple[Choice, ...]
    since: str
    searched: str = ''  # what was looked through; '' before the first search
    people: tuple[Hit, ...] = ()
    lines: tuple[Hit, ...] = ()
    upto: str = ''  # how far back this part goes, where there is more
    older: str = ''
    trouble: str = ''


def blank(member: 'Member', unit: str, now: datetime, words: str = '', trouble: str = '') -> Finds:
    since = clock.beijing(now - searching.REACH)
    return Finds(words, unit, tuple(_places(member, unit, now)), f'{since.month}月{since.day}日', trouble=trouble)


def checked(typed: str) -> str:
    """What can be searched for. Raises `Unclear`."""
    words = ' '.join(typed.split())
    if not words:
        raise Unclear('请写要找的字，例如「漏水」，或居民的称呼。')
    if len(words) > WORDS_LENGTH or len(words.split()) > MOST_WORDS:
        raise Unclear(f'最多写 {WORDS_LENGTH} 个字、{MOST_WORDS} 个词，写最要紧的就好。')
    return words


def found(member: 'Member', asked: Asked, now: datetime) -> Finds:
    """One part of what there is. That he has searched is written down before he sees it, without the words."""
    units, words = _units(asked.unit), searching.wanted(asked.words)
    first = asked.people is not None and asked.people >= now
    nobody: searching.Part[Conversation] = searching.Part([], None)
    nothing: searching.Part[Message] = searching.Part([], None)
    people = searching.people(units, words, asked.people, now) if asked.people else nobody
    lines = searching.lines(units, words, asked.lines, now) if asked.lines else nothing
    known = _known(units, words, now) if first else {}
    there = inbox.listed({*(line.conversation for line in lines.finds), *known}) if lines.finds or known else {}
    mine = {id: one for id, one in there.items() if _shown(member, one, now)}
    persons = [
        *(_person(mine[id], words, now, known[id]) for id in known if id in mine),
        *(_person(one, words, now) for one in people.finds if one.id not in known),
    ]
    said = [_line(line, mine[line.conversation], words, now) for line in lines.finds if line.conversation in mine]
    privacy.log_search(member, access.unit_name(asked.unit), len(persons) + len(said), now)
    reached = [part.before for part in (people, lines) if part.before]
    return blank(member, asked.unit, now, asked.words)._replace(
        people=tuple(persons),
        lines=tuple(said),
        searched=_place(asked.unit).words,
        upto=clock.spoken_time(max(reached), now) if reached else '',
        older=f'/desk/search?people={_moment(people.before)}&lines={_moment(lines.before)}' if reached else '',
    )


def _shown(member: 'Member', one: 'Conversation', now: datetime) -> bool:
    """What he may open; of one who has left or wants to be forgotten only what is still being worked on."""
    going = not one.followed or one.forget_asked_at
    return access.may_read(member, one, now) and not (going and one.waiting_unit is None)


def _moment(at: datetime | None) -> str:
    return f'{at.timestamp():.6f}' if at else '0'


def moment(text: str, now: datetime) -> datetime | None:
    """Where a part begins, from an address: now where it says nothing, None where that part is over."""
    whole, _, rest = text.partition('.')
    if not (whole.isascii() and whole.isdigit() and len(whole) <= 10 and (rest or '0').isdigit() and len(rest) <= 6):
        return now
    seconds = int(whole)
    return min(clock.from_epoch(seconds).replace(microsecond=int(rest.ljust(6, '0'))), now) if seconds else None


def _places(member: 'Member', chosen: str, now: datetime) -> Iterator[Choice]:
    """The chosen unit, the member's and those below them, each once; for a district its streets, not each community.

    That many choices nobody reads, and a page has thirty kilobytes.
    """
    own = leave.units_of(member, now)
    below = [unit for unit in alliance.units() if any(over.id in own for over in alliance.above(unit.id))]
    all_streets = any(_kind(id) == 'district' for id in own)
    offered = [*own, *(unit.id for unit in below if not (all_streets and unit.kind == 'community'))]
    return (_place(id) for id in dict.fromkeys([*([] if chosen in offered or not chosen else [chosen]), *offered]))


def _place(unit_id: str) -> Choice:
    name = access.unit_name(unit_id)
    return Choice(unit_id, f'{name}和所属社区' if _kind(unit_id) == 'street' else name)


def _kind(unit_id: str) -> str:
    unit = alliance.unit(unit_id)
    return unit.kind if unit else ''


def _units(unit_id: str) -> list[str]:
    """A street with its communities; of the district what it has itself, since a page cannot ask all its units."""
    below: list[Unit] = [unit for unit in alliance.units() if unit.parent == unit_id]
    return [unit_id, *(unit.id for unit in below if _kind(unit_id) == 'street')]


def _known(units: Sequence[str], words: Sequence[str], now: datetime) -> Mapping[str, str]:
    persons = (person for source in KNOWN_BY for unit in units for person in islice(source(unit, now), KNOWN_READ))
    fitting = (person for person in persons if searching.matches(words, person.words))
    return {person.conversation: person.words for person in islice(fitting, searching.FINDS)}


def _person(one: 'Conversation', words: Sequence[str], now: datetime, known: str = '') -> Hit:
    said = f'答复：{one.last_text}' if one.last_from == 'staff' else one.last_text
    return Hit(
        path=f'/desk/c/{one.ref}',
        who=one.label,
        called=excerpt(known or one.remark, words, rules.REMARK_IN_ROWS * 2),
        when=clock.spoken_time(one.last_at, now),
        by='',
        said=excerpt(said, (), SAID_LENGTH),
        unit=access.unit_name(one.waiting_unit or one.unit),
    )


_BY = {'out': '答复', 'inside': '备注'}


def _line(line: 'Message', one: 'Conversation', words: Sequence[str], now: datetime) -> Hit:
    age: timedelta = now - line.at
    older = age.total_seconds() > _NEW and (one.last_at - line.at).total_seconds() > _PART_AROUND
    at = f'?before={int(line.at.timestamp()) + _PART_AROUND}' if older else ''
    return Hit(
        path=f'/desk/c/{one.ref}{at}',
        who=one.label,
        called=excerpt(one.remark, (), rules.REMARK_IN_ROWS),
        when=clock.spoken_time(line.at, now),
        by='，'.join(filter(None, (_BY.get(line.way), line.by_name))),
        said=excerpt(line.text, words, SAID_LENGTH),
        unit=access.unit_name((line.said or '').partition('#')[0]),
    )
