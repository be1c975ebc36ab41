"""Whose it is: taken (已接手), handed over, given back, and what goes up because nobody has it."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib import clock
from chalicelib.alliance import actions as alliance
from chalicelib.alliance import leave, roster
from chalicelib.inbox import acting, rules, turns
from chalicelib.inbox.acting import required
from chalicelib.inbox.changing import Refused
from chalicelib.inbox.machine import machine_note
from chalicelib.inbox.records import Conversation, Message
from chalicelib.inbox.words import say

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member, Unit

NOBODY = 'nobody'  # instead of a unit's id: whoever gives it back does not know whose it is
Told = list[tuple[str, str]]  # unit and level


def take(found: Conversation, by: 'Member', seen: int, form: str, now: datetime) -> None:
    """已接手: she is told nothing, the promise stands, and nobody is reminded before it is over.

    By somebody of a unit above, it is that unit's from now on. What was handed over is accepted.
    """

    def accept(fresh: Conversation) -> None:
        if fresh.waiting_unit is None:
            raise Refused('这位居民现在没有在等。')
        unit = taking_unit(by, fresh, now)
        if unit is None:
            raise Refused('这件事不归您的单位，不能接手。')
        turns.take(fresh, unit, by, now)

    acting.act(found, by, 'taken', say('handed.taken', unit=_name(_own(by, found, now))), seen, form, now, accept)


def taking_unit(member: 'Member', found: Conversation, now: datetime) -> str | None:
    """For which unit this member can take it: the one whose turn it is, one that was told, or one above."""
    turn = found.waiting_unit or found.unit
    over = [unit.id for unit in alliance.above(turn)]
    candidates = (turn, found.street, found.district, *over)
    units = leave.units_of(member, now)
    return next((unit for unit in candidates if unit and unit in units), None)


def hand_over(
    found: Conversation, by: 'Member', unit_id: str, reason: str, seen: int, form: str, now: datetime
) -> None:
    """Give the conversation to another unit, which has to accept it; its clock runs on."""
    unit = alliance.unit(unit_id)
    if unit is None:
        raise Refused('请选择另一个单位。')
    words = say('handed.moved', unit=unit.name, reason=required(reason, '请写一句转交的理由。'))

    def move(fresh: Conversation) -> Sequence[Message]:
        if fresh.unit == unit.id:
            raise Refused('请选择另一个单位。')
        if risen := _rise(fresh, now):
            return risen
        turns.hand(fresh, unit.id, now)
        return ()

    acting.act(found, by, 'moved', words, seen, form, now, move)


def decline(found: Conversation, by: 'Member', whose: str, reason: str, seen: int, form: str, now: datetime) -> None:
    """Not ours: it comes back at once to who handed it over, who reads whose it is instead; if nobody's, it goes up."""
    why = required(reason, '请写一句为什么退回。')
    unit = alliance.unit(whose)
    if unit is None and whose != NOBODY:
        raise Refused('请选择这件事归哪个单位；说不清，就选「说不清归谁」。')
    top = _top(found)
    if unit:
        words = say('handed.declined', reason=why, whose=unit.name)
    else:
        words = say('handed.nobody', reason=why, above=top.name)

    def give_back(fresh: Conversation) -> Sequence[Message]:
        giver = fresh.handed_by
        if giver is None:
            raise Refused('这件事不是转来的，或者已经接手，不能退回。需要时请转交。')
        if fresh.unit not in leave.units_of(by, now):
            raise Refused('这件事在等别的单位接手，不能替它退回。')
        if unit is None:
            settling = roster.settling(top.id, now)
            turns.settle_whose(fresh, top.id, settling.id if settling else None, now)
            return ()
        if risen := _rise(fresh, now):
            return risen
        turns.come_back(fresh, giver, now)
        return ()

    acting.act(found, by, 'declined', words, seen, form, now, give_back)


def not_accepted(conversation: Conversation, key: str, now: datetime) -> tuple[Told, list[Message]]:
    """The time to accept is over: back to who handed it over, or to everybody at the top where nobody decided."""
    unit, giver, until = conversation.unit, conversation.handed_by, conversation.handed_until
    assert until
    by = clock.spoken_date_time(until)
    if giver is None:
        conversation.handed_until = conversation.named = None
        return [(unit, 'above')], [machine_note(conversation, say('handed.not_decided', until=by), key, now)]
    if risen := _rise(conversation, now):
        return [], risen
    turns.come_back(conversation, giver, now)
    words = say('handed.not_accepted', unit=_name(unit), until=by, back=_name(giver))
    return [], [machine_note(conversation, words, key, now)]


def _rise(conversation: Conversation, now: datetime) -> list[Message]:
    """Handed over often enough: the unit above home has it now and must see to it. Nothing while that is not so."""
    up = next((unit for unit in alliance.above(conversation.home_unit) if unit.id != conversation.unit), None)
    if conversation.hops < rules.HOPS or up is None:
        return []
    words = say('handed.risen', hops=int(conversation.hops), above=up.name)
    turns.rise(conversation, up.id, now)
    return [machine_note(conversation, words, up.id, now)]


def _top(found: Conversation) -> 'Unit':
    """Who says whose it is: the district."""
    over = alliance.above(found.home_unit) or alliance.above(found.unit)
    top = over[-1] if over else alliance.unit(found.home_unit)
    if top is None:
        raise Refused('没有上级单位，请选择一个单位。')
    return top


def _own(member: 'Member', found: Conversation, now: datetime) -> str:
    return taking_unit(member, found, now) or found.unit


def _name(unit_id: str) -> str:
    unit = alliance.unit(unit_id)
    return unit.name if unit else unit_id
