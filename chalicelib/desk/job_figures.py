"""A company's own figures of thirty days: counted from its own bookings, compared with nobody's."""

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from chalicelib import clock
from chalicelib.bookings import actions as bookings
from chalicelib.bookings import rules
from chalicelib.desk import job_list
from chalicelib.desk.job_access import Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.bookings.records import Booking

DAYS = 30
# OURS: below that an average is chance, and tells who said what.
RATINGS_AT_LEAST = 5
_YES = frozenset({'accept', 'price'})
_AWAY = frozenset({'decline', 'time_out', 'give_up', 'move'})


class Figures(NamedTuple):
    """`lines`: what is counted, how many, and what that means where it is not plain."""

    heading: str
    lines: tuple[tuple[str, str, str], ...]


def figures(place: Place, now: datetime) -> Figures:
    """Of bookings whose day was, or is, among the last thirty, today included."""
    last = clock.day(now)
    first = last - timedelta(days=DAYS - 1)
    found = job_list.of_days(place, first, last)
    passed = Counter(bookings.passed_away(place.unit, first, last))
    states = Counter(one.state for one in found)
    accepted = sum(map(_accepted, found)) + passed['gave_up']
    offered = len(found) + passed.total()
    counted = (
        ('派给本公司', offered, ''),
        ('按时接单、报价', accepted, ''),
        ('过时没有接，转给别家', passed['timed_out'], ''),
        ('不接，转给别家', passed['declined'], ''),
        ('接了又来不了', passed['gave_up'], ''),
        ('完成', states[rules.DONE] + states[rules.RATED], ''),
        ('居民取消', states[rules.CANCELLED], '含没有同意报价的'),
        ('居民不在', states[rules.NO_SHOW], ''),
        ('没有到达记录', states[rules.MISSED], '由社区核实'),
    )
    lines = [(name, f'{number} 单', hint) for name, number, hint in counted]
    heading = f'{first.month}月{first.day}日—{last.month}月{last.day}日'
    return Figures(heading, (*lines, _rating(found)))


def _accepted(job: 'Booking') -> bool:
    """The company has said yes since it has it, at whatever time it was then."""
    steps = [one.step for one in job.steps]
    begins = max((number for number, step in enumerate(steps) if step in _AWAY), default=-1) + 1
    return not _YES.isdisjoint(steps[begins:])


def _rating(found: 'Sequence[Booking]') -> tuple[str, str, str]:
    ratings = [int(one.rating) for one in found if one.rating]
    if len(ratings) < RATINGS_AT_LEAST:
        return '评价', f'{len(ratings)} 人评价', f'满 {RATINGS_AT_LEAST} 人才算平均分'
    return '评价', f'平均 {sum(ratings) / len(ratings):.1f} 分', f'{len(ratings)} 人评价，满分 5 分'
