"""What lies in a unit's box goes to those who are there now, by the first channel that works for each of them."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from chalicelib.alliance import actions, channels, roster, rules
from chalicelib.alliance.alerts import KIND, still_open
from chalicelib.alliance.records import Alert, Member, delete_alert, moved, pending, put_alert
from chalicelib.deadlines import actions as deadlines
from chalicelib.deadlines import rules as deadline_rules
from chalicelib.storage import Transaction, commit

if TYPE_CHECKING:
    from chalicelib.deadlines.records import Deadline

log = logging.getLogger('weilin')

_AT_LEAST = timedelta(microseconds=1)


class People:
    """Those of a unit who are to be told at this moment, and by what each of them can be reached."""

    def __init__(self, unit_id: str, now: datetime) -> None:
        found = roster.on_hand(unit_id, now)
        if len(found) > rules.MOST_TOLD:
            log.warning('only some are told unit=%s of=%s', unit_id, len(found))
        self.members, self.unit_id = found[: rules.MOST_TOLD], unit_id
        self._reach = channels.Reach(unit_id, now)
        self._settling = roster.settling(unit_id, now)
        self._by_id = {member.id: member for member in (*found, *([self._settling] if self._settling else []))}
        self._works = cache(lambda channel, id: self._reach.works(channel, self._by_id[id], now))

    def boxes(self, alert: Alert) -> dict[str, list[str]]:
        """The boxes a row has to go to, each with the members who read it; none where no channel is left."""
        found: dict[str, list[str]] = {}
        order = rules.next_channels(self._reach.order, alert.tried)
        if not self.members and 'robot' in order and self._reach.has_robot():
            return {f'robot.{self.unit_id}': []}  # nobody to mention, but somebody may read it
        for member in self._asked(alert):
            if member.id in alert.others:
                continue
            channel = next((one for one in order if self._works(one, member.id)), None)
            if channel:
                found.setdefault(self._box(channel, member), []).append(member.id)
        return found

    def _asked(self, alert: Alert) -> list[Member]:
        """Who of them is asked: one, where a matter is for him to settle and he can still be reached."""
        if alert.level != rules.NOBODYS or self._settling is None:
            return self.members
        order = [channel for channel in rules.next_channels(self._reach.order, alert.tried) if channel != 'robot']
        reached = any(self._works(channel, self._settling.id) for channel in order)
        return [self._settling] if reached else self.members

    def boxes_of(self, channel: str) -> list[str]:
        """The boxes of one channel, for everybody: whoever is named in the group is told in their own chat too."""
        if channel == 'robot':
            return [f'robot.{self.unit_id}'] if self._reach.has_robot() else []
        return [self._box(channel, member) for member in self.members if self._works(channel, member.id)]

    def _box(self, channel: str, member: Member) -> str:
        return f'robot.{self.unit_id}' if channel == 'robot' else f'{channel}.{member.id}'

    def all_have_their_own(self, alert: Alert) -> bool:
        return bool(self.members) and all(member.id in alert.others for member in self.members)


@dataclass
class Plan:
    """One transaction: rows that leave where they are, what they become, and the deadlines that needs."""

    leave: list[Alert] = field(default_factory=list)
    come: list[Alert] = field(default_factory=list)
    moments: set[tuple[str, datetime]] = field(default_factory=set)
    unreached: set[str] = field(default_factory=set)

    def size(self) -> int:
        return len(self.leave) + len(self.come) + len(self.moments)

    def write(self, tx: Transaction) -> None:
        for row in self.leave:
            delete_alert(tx, row)
        for row in self.come:
            put_alert(tx, row)
        for box, at in self.moments:
            deadlines.set(tx, KIND, box, at)


def hand_out(deadline: 'Deadline', now: datetime) -> None:
    """Work off a unit's box, as much as fits one transaction. While nobody is there only what is urgent is told."""
    unit_id = deadline.id.partition('.')[2]
    rows = [row for row in pending(deadline.id) if row.rests_until is None or row.rests_until <= now]
    staffed_at = actions.hours_of(unit_id).next_staffed(now)
    due = [row for row in rows if rules.told_at(row.level, now, staffed_at) <= now]
    plan = _plan(due, unit_id, deadline, now)
    if len(due) < len(rows):
        plan.moments.add((deadline.id, staffed_at))

    def write(tx: Transaction) -> None:
        plan.write(tx)
        deadlines.done(tx, deadline)

    commit(write)
    if plan.unreached:
        log.error('staff not reached unit=%s matters=%s', unit_id, len(plan.unreached))


def _plan(rows: Sequence[Alert], unit_id: str, deadline: 'Deadline', now: datetime) -> Plan:
    plan = Plan()
    if not rows:
        return plan
    people, old = People(unit_id, now), {row.mark for row in rules.superseded(rows)}
    for row in _in_turn(rows):
        if plan.size() > rules.ITEMS_A_TRANSACTION - 2 * rules.MOST_TOLD - 2:
            plan.moments.add((deadline.id, _soon(deadline, now)))
            break
        plan.leave.append(row)
        if row.mark in old or not still_open(row, now):
            continue
        if row.level in rules.URGENT:
            _add_everywhere(plan, row, people, deadline, now)
        else:
            _add(plan, row, people, now)
    return plan


def _in_turn(rows: Iterable[Alert]) -> list[Alert]:
    return sorted(rows, key=lambda row: (rules.rank(row.level), row.told_at))


def _add(plan: Plan, row: Alert, people: People, now: datetime) -> None:
    boxes = people.boxes(row)
    everybody = {member for members in boxes.values() for member in members}
    for box, members in boxes.items():
        others = sorted({*row.others, *(everybody - set(members))})
        plan.come.append(moved(row, box, others=others))
        plan.moments.add((box, now))
    if not boxes and not people.all_have_their_own(row):
        _rest(plan, row, now)


def _add_everywhere(plan: Plan, row: Alert, people: People, deadline: 'Deadline', now: datetime) -> None:
    """To everybody by every channel there is, whatever the unit has chosen; `tried` are those it has gone to already.

    The channels that one transaction does not hold follow in the next.
    """
    done: list[str] = list(row.tried)
    for channel in rules.next_channels((), done):
        boxes = people.boxes_of(channel)
        if plan.size() + 2 * len(boxes) > rules.ITEMS_A_TRANSACTION - 2:
            plan.come.append(moved(row, row.box, tried=done))
            plan.moments.add((row.box, _soon(deadline, now)))
            return
        for box in boxes:
            plan.come.append(moved(row, box))
            plan.moments.add((box, now))
        done = [*done, channel] if boxes else done
    if not done:
        _rest(plan, row, now)


def _rest(plan: Plan, row: Alert, now: datetime) -> None:
    """Every channel has failed: all of them are tried again later."""
    failures = int(row.failures) + 1
    until = now + rules.rest(failures)
    plan.come.append(moved(row, row.box, tried=[], failures=failures, rests_until=until))
    plan.moments.add((row.box, until))
    plan.unreached.add(row.about)


def _soon(deadline: 'Deadline', now: datetime) -> datetime:
    """Now, for the next round of this run; a little later where this deadline itself stands at that place."""
    here = deadline_rules.key(deadline.kind, deadline.id, now) == deadline.place
    return now + _AT_LEAST if here else now
