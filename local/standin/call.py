"""One call of the API as its handlers see it."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import Request

from chalicelib import clock
from chalicelib.wechat.limits import DAILY_QUOTAS
from local.standin.people import Account
from local.standin.refusals import Refusal
from local.standin.world import World

ESCAPED = re.compile(rb'(?<!\\)(?:\\\\)*\\u[0-9a-fA-F]{4}')


@dataclass
class Call:
    world: World
    account: Account
    request: Request

    @cached_property
    def data(self) -> dict[str, Any]:
        """The JSON posted: UTF-8, without \\uXXXX."""
        raw = self.request.get_data()
        if not raw:
            raise Refusal(44002)
        if ESCAPED.search(raw):
            raise Refusal(40033)
        try:
            data = json.loads(raw.decode())
        except ValueError as error:
            raise Refusal(47001) from error
        if not isinstance(data, dict):
            raise Refusal(47001)
        return data

    def person(self, openid: Any) -> str:
        """The person behind an openid of this account."""
        person = self.world.person_of(self.account.id, openid) if isinstance(openid, str) else None
        if not person:
            raise Refusal(40003)
        return person

    def follower(self, openid: Any) -> str:
        """The same, who must follow the account."""
        person = self.person(openid)
        if not self.world.chat_state(person, self.account.id).following:
            raise Refusal(43004)
        return person


@dataclass(frozen=True)
class Api:
    """What answers at a path, and which accounts may call it."""

    method: str
    run: Callable[[Call], Any]
    granted: Callable[[Account], bool] = lambda account: True


def verified(account: Account) -> bool:
    return account.verified


def verified_service(account: Account) -> bool:
    return account.verified and account.kind == 'service'


def count(world: World, account: str, what: str, period: str) -> int:
    """How often this has been called in the period, this call included."""
    with world.changed:
        key = f'{account}|{period}|{what}'
        world.state.calls[key] = world.state.calls.get(key, 0) + 1
        world.note()
        return world.state.calls[key]


def keep_quota(world: World, account: str, path: str) -> None:
    quota = DAILY_QUOTAS.get(path)
    if quota and count(world, account, path, str(clock.day(world.now()))) > quota.calls:
        raise Refusal(45009)


def part(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A nested object of the JSON."""
    inner = data.get(name)
    if not isinstance(inner, dict):
        raise Refusal(47001)
    return inner
