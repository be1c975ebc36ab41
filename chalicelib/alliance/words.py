"""What staff read when they are told, from words.toml: one message for all that lies in a box."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from chalicelib import address, clock
from chalicelib.alliance import actions, roster, rules
from chalicelib.catalogue import catalogue
from chalicelib.wechat import limits

if TYPE_CHECKING:
    from chalicelib.alliance.records import Alert

_MOST_BYTES = min(limits.TEXT_BYTES, limits.ROBOT_TEXT_BYTES)


class Message(NamedTuple):
    """The words for every channel: `text` for those that carry text, `short` and `due_at` for a template."""

    text: str
    short: str
    due_at: datetime
    link: str


say = catalogue(__file__)


def compose(alerts: Sequence['Alert'], again: bool, answerable: bool, now: datetime) -> Message:
    """One message for these rows; `again` where an earlier one may have arrived, `answerable` in a member's chat."""
    groups, link = _groups(alerts), _link(alerts)
    ending = [link, *([say('message.go_on')] if answerable else [])]
    head = say('message.again') if again else ''
    text = _fitted([(_line(group, now), len(group)) for group in groups], head, ending)
    return Message(text, head + _short(groups), min(alert.due_at for alert in alerts), link)


def _groups(alerts: Sequence['Alert']) -> list[list['Alert']]:
    """What makes one line each, the most pressing first; of a matter told twice only what presses most."""
    by_matter: dict[tuple[str, str], Alert] = {}
    for alert in sorted(alerts, key=lambda alert: rules.rank(alert.level)):
        by_matter.setdefault((alert.unit, alert.about), alert)
    groups = defaultdict(list)
    for alert in by_matter.values():
        groups[rules.rank(alert.level), alert.unit].append(alert)
    return [groups[key] for key in sorted(groups)]


def _line(group: list['Alert'], now: datetime) -> str:
    first = group[0]
    unit = actions.unit(first.unit)
    since, due = min(alert.since for alert in group), min(alert.due_at for alert in group)
    # What could not be told before its time was over must not ask for anything by then.
    settling = roster.settling(first.unit, now) if first.level == rules.NOBODYS else None
    over = rules.BEFORE_TIME.get(first.level) if due <= now else None
    level = over or _known(first.level)
    return say(
        f'line.{level}',
        unit=unit.name if unit else first.unit,
        who=settling.name if settling else '',
        n=len(group),
        days=(clock.day(now) - clock.day(since)).days,
        since=_spaced(since, now),
        due=_spaced(due, now),
    )


def _spaced(at: datetime, now: datetime) -> str:
    """A moment after a Chinese word: a figure stands apart from it, 明日 does not."""
    spoken = clock.spoken_time(at, now)
    return f' {spoken}' if spoken[0].isdigit() else spoken


def _known(level: str) -> str:
    return level if level in rules.GAPS else 'first'


def _short(groups: list[list['Alert']]) -> str:
    if len(groups) > 1:
        return say('short.several', n=sum(map(len, groups)))
    return say(f'short.{_known(groups[0][0].level)}', n=len(groups[0]))


def _link(alerts: Sequence['Alert']) -> str:
    """To the list of the unit that is told, of the accounts, or of jobs; it shows nothing before sign-in."""
    told = {alert.told for alert in alerts}
    if all(alert.level in rules.OF_ACCOUNTS for alert in alerts):
        return f'{address.base_url()}/desk/accounts'
    if all(alert.level in rules.OF_JOBS for alert in alerts):
        return f'{address.base_url()}/jobs'
    return f'{address.base_url()}/desk' + (f'?unit={told.pop()}' if len(told) == 1 else '')


def _fitted(lines: list[tuple[str, int]], head: str, ending: list[str]) -> str:
    """As many lines as WeChat takes; of the rest only how many there are."""
    for shown in range(len(lines), 0, -1):
        rest = sum(count for _, count in lines[shown:])
        more = [say('message.more', n=rest)] if rest else []
        text = head + '\n'.join([*(line for line, _ in lines[:shown]), *more, *ending])
        if len(text.encode()) <= _MOST_BYTES:
            return text
    return head + '\n'.join(ending)
