"""How many messages an account may still write to a person, by what the person did last (`limits.ALLOWANCES`). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.wechat.limits import ALLOWANCES


class Spent(Exception):
    """Nothing may be sent. `code` is the error WeChat gives: 45015 outside of every window, 45047 all used up."""

    def __init__(self, code: int) -> None:
        super().__init__(f'errcode {code}')
        self.code = code


@dataclass(frozen=True)
class Grant:
    """What one act of a person allows: so many messages until then."""

    lasts: timedelta
    left: int
    until: datetime


def opened(grants: Sequence[Grant], trigger: str, now: datetime) -> list[Grant]:
    """The grants after `trigger`. Acts of the same length refresh one grant to its maximum; they do not add up."""
    rule = ALLOWANCES[trigger]
    others = [grant for grant in grants if grant.lasts != rule.lasts and grant.until > now]
    return [*others, Grant(rule.lasts, rule.messages, now + rule.lasts)]


def spent(grants: Sequence[Grant], now: datetime) -> list[Grant]:
    """The grants after one message, which uses the one that ends first; raises `Spent` when there is none."""
    live = [grant for grant in grants if grant.until > now]
    if not live:
        raise Spent(45015)
    usable = [grant for grant in live if grant.left]
    if not usable:
        raise Spent(45047)
    used = min(usable, key=lambda grant: grant.until)
    return [replace(grant, left=grant.left - 1) if grant is used else grant for grant in live]
