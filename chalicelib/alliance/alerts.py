"""Telling staff that somebody waits, through the channels their unit has; several residents are one message."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from chalicelib.alliance import actions, rules
from chalicelib.alliance.records import Alert, Member, put_alert
from chalicelib.deadlines import actions as deadlines
from chalicelib.storage import Transaction

KIND = 'alert'  # of its deadlines; their ids are boxes
ACCOUNT = 'account.'  # begins what a matter is about where it is an Official Account itself
BOOKING = 'booking.'  # the same of a booking


class Matter(NamedTuple):
    """What staff are told of. `about` names it, and is told of once at a time; no word of a resident is in it."""

    about: str  # a conversation's id, or `account.` and an account's, `booking.`, its number and the company
    level: str  # danger | first | half | fifths | handed | nobody | failed | timed_out | above | silent
    unit: str  # whose turn it is
    since: datetime
    due_at: datetime


@dataclass
class Ways:
    """What only rooms above this one can do; `app.py` hands it in. Calls raise what `wechat.errors` has for it."""

    # Whether this matter, at this level, still has to be told of. Read consistently: what is closed is dropped.
    still_open: Callable[[str, str], bool] = lambda about, level: True
    # The same for matters that are no conversations, by the beginning of what they are about.
    others_open: dict[str, Callable[[str, str], bool]] = field(default_factory=dict)
    # Write these words into a member's own chat; the third is new for each call, for a once-only key.
    by_chat: Callable[[Member, str, str, datetime], None] | None = None
    # Until when WeChat lets us write into a member's chat, if at all; one read at most.
    chat_open_until: Callable[[Member, datetime], datetime | None] = lambda member, now: None


WAYS = Ways()


def still_open(alert: Alert, now: datetime) -> bool:
    """Whether it still has to be told of. Whoever told of it in this very run has just looked."""
    ask = next((ask for begins, ask in WAYS.others_open.items() if alert.about.startswith(begins)), WAYS.still_open)
    return bool(alert.told_at == now) or ask(alert.about, alert.level)


def unit_box(unit_id: str) -> str:
    return f'unit.{unit_id}'


def tell(tx: Transaction, unit_id: str, matter: Matter, now: datetime) -> None:
    """Let the staff of a unit be told, at once or when somebody is there again; on the caller's open transaction.

    Two writes, one of them the same for every matter of a unit at one moment: a transaction tells a unit once.
    What is told again while it still waits replaces what was to be told before. Danger is told at once, day and night,
    to everybody by every channel, and again each time it is told.
    """
    box = unit_box(unit_id)
    alert = Alert(box, told=unit_id, told_at=now, **matter._asdict())
    put_alert(tx, alert, fresh=True)
    deadlines.set(tx, KIND, box, rules.told_at(matter.level, now, actions.hours_of(unit_id).next_staffed(now)))
