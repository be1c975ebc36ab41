"""What a row of the lists shows, as plain words: made here so that templates decide nothing."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from chalicelib import clock
from chalicelib.desk import rules, whose

if TYPE_CHECKING:
    from chalicelib.inbox.records import Conversation


NEW_FOR = timedelta(days=2)


class Row(NamedTuple):
    ref: str
    who: str
    remark: str
    due: rules.Due
    said: str
    waited: str
    marks: tuple[rules.Due, ...]  # words and tone


class Counter(NamedTuple):
    """How many wait for another unit of the same member."""

    unit: str
    name: str
    waiting: int

    @property
    def words(self) -> str:
        return f'{self.waiting} 位在等' if self.waiting else '没有人在等'


class Overdue(NamedTuple):
    """What units below did not answer in time."""

    heading: str
    rows: tuple[Row, ...]


class Listing(NamedTuple):
    """The page of one unit's list."""

    unit: str
    recent: bool
    title: str
    heading: str
    rows: tuple[Row, ...]
    empty: str = ''
    mine: int = 0  # how many of these the member has taken
    last_answered: str = ''
    before: str = ''
    after: str = ''
    overdue: Overdue | None = None
    troubles: tuple[str, ...] = ()  # for the unit's lead: who cannot be reached
    handed_over: tuple[Row, ...] = ()  # by this unit, and nobody has accepted it yet
    below: tuple[rules.Choice, ...] = ()  # units under this one
    others: tuple[Counter, ...] = ()
    uncounted: tuple[rules.Choice, ...] = ()  # his units beyond those a page can afford to count
    at: str = ''
    path: str = ''  # of this very page, to be loaded again


def waiting_row(listed: 'Conversation', now: datetime) -> Row:
    return _row(listed, rules.due(listed.due_at or now, now), _waited(listed, now), tuple(_marks(listed)))


def overdue_row(listed: 'Conversation', unit_name: str, now: datetime) -> Row:
    """A row of what others have to answer: whose it is stands where a remark would."""
    row = waiting_row(listed, now)
    return row._replace(remark=unit_name)


def overdue(rows: Sequence[Row], more: bool) -> Overdue | None:
    """The part of the page for what is overdue below; nothing where nothing is."""
    if not rows:
        return None
    return Overdue(f'超过 {len(rows)} 位居民' if more else f'{len(rows)} 位居民', tuple(rows))


def recent_row(listed: 'Conversation', now: datetime) -> Row:
    """A row of 近日: when the last line was said, and whether it is new or still waits."""
    marks = list(_marks(listed))
    if _is_new(listed, now):
        marks.insert(0, rules.Due('新', rules.OK))
    if listed.due_at:
        marks.insert(0, rules.due(listed.due_at, now))
    return _row(listed, rules.Due(clock.spoken_time(listed.last_at, now), ''), '', tuple(marks))


def _row(listed: 'Conversation', due: rules.Due, waited: str, marks: tuple[rules.Due, ...]) -> Row:
    said = f'答复：{listed.last_text}' if listed.last_from == 'staff' else listed.last_text
    return Row(
        ref=listed.ref,
        who=listed.label,
        remark=rules.cut(listed.remark, rules.REMARK_IN_ROWS),
        due=due,
        said=rules.cut(said, rules.SAID_IN_ROWS),
        waited=waited,
        marks=marks,
    )


def _waited(listed: 'Conversation', now: datetime) -> str:
    return rules.lasting('等了', now - listed.waiting_since) if listed.waiting_since else ''


def _marks(listed: 'Conversation') -> Iterable[rules.Due]:
    yield from whose.marks(listed)
    if listed.follow_up:
        yield rules.Due('已先回复，跟进中', rules.OK)
    if listed.failed:
        yield rules.Due(f'{int(listed.failed)} 条没有发成', rules.LATE)
    if listed.kept_count:
        yield rules.Due(f'{int(listed.kept_count)} 条等居民来信时发出', rules.SOON)


def heading(listed: Sequence['Conversation'], more: bool, now: datetime) -> str:
    """How many wait and how long the one who waits longest has waited."""
    if not listed:
        return ''
    if more:
        return f'超过 {len(listed)} 位居民'
    longest = min((one.waiting_since for one in listed if one.waiting_since), default=None)
    waited = '，' + rules.lasting('最久', now - longest) if longest else ''
    return f'{len(listed)} 位居民{waited}'


def _is_new(listed: 'Conversation', now: datetime) -> bool:
    """Came without starting a clock, and nobody has done anything since; nobody has to, so it does not stay new."""
    return bool(listed.fresh) and now - listed.last_at < NEW_FOR


def recent_heading(listed: Sequence['Conversation'], now: datetime) -> str:
    fresh = sum(_is_new(one, now) for one in listed)
    return f'{fresh} 条新的' if fresh else ''


def at(now: datetime) -> str:
    return f'{clock.beijing(now):%H:%M}'


def last_answered(listed: Iterable['Conversation'], now: datetime) -> str:
    """For the empty list: when somebody was answered last."""
    answered = next((one for one in listed if one.last_from == 'staff'), None)
    if answered is None:
        return ''
    return f'最近一次答复是{rules.on_day(answered.last_at, now)}，{answered.label}。'
