"""What the page of one conversation shows around the talk: facts, the reply as it stands, whom to hand over to."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from chalicelib import clock
from chalicelib.desk import rules
from chalicelib.desk.list_view import Row
from chalicelib.desk.rules import Choice, Due
from chalicelib.desk.talk_view import Bubble
from chalicelib.desk.whose import Whose
from chalicelib.inbox import kinds
from chalicelib.inbox.rules import Allowed

if TYPE_CHECKING:
    from chalicelib.alliance.records import Unit
    from chalicelib.desk.booking_view import Booked
    from chalicelib.inbox.records import Conversation


class Fact(NamedTuple):
    label: str
    value: str
    tone: str = ''


class Reply(NamedTuple):
    """The reply as it stands in the form: nothing a clerk typed is ever lost between pages."""

    form: str
    seen: int
    text: str = ''
    photo: str = ''  # token of a photo that is in the bucket already
    until: str = ''  # chosen follow-up time
    until_typed: str = ''
    how: str = ''  # 'answered' | 'follow_up': the button that was pressed


class Overtaken(NamedTuple):
    """A colleague was faster."""

    name: str
    time: str
    said: str


class Group(NamedTuple):
    name: str
    choices: tuple[Choice, ...]


class Sheet(NamedTuple):
    """One conversation page, in words."""

    path: str
    ref: str
    who: str
    remark: str
    about: str
    facts: tuple[Fact, ...]
    lines: tuple[Bubble, ...]
    earlier: str
    newest: bool
    acts: bool  # whether this member may do more than read and take it
    reply: Reply
    whose: Whose
    allowed: str
    answered_means: str
    follow_ups: tuple[Choice, ...]
    hand_over: tuple[Group, ...]
    reasons: tuple[str, ...]
    tokens: Mapping[str, str]  # a form token for each of the rare forms: one of them must not use up another's
    beside: tuple[Row, ...] = ()
    overtaken: Overtaken | None = None
    trouble: str = ''
    done: str = ''
    done_badly: bool = False
    opened: str = ''  # the <details> that stays open after something went wrong in it
    typed: Mapping[str, str] = MappingProxyType({})  # what stood in it
    booked: 'tuple[Booked, ...]' = ()  # what is still to come
    known: tuple[Fact, ...] = ()  # who she is and where she lives, with who said so

    @property
    def next_row(self) -> Row | None:
        """Who waits next, for the line after something was done."""
        return next((row for row in self.beside if row.ref != self.ref), None)


CLOSE_REASONS = ('居民已当面或电话办妥', '与另一条来信重复', '广告或误发', '居民说不用了')


def facts(conversation: 'Conversation', allowed: Allowed, now: datetime) -> list[Fact]:
    """How long she has waited, what was promised, what WeChat still allows: in that order."""
    found = [*_waiting(conversation, now)]
    if allowed.left and allowed.until:
        found.append(Fact('微信允许写到', rules.on_day(allowed.until, now)))
        found.append(Fact('还可发', f'{allowed.left} 条'))
    else:
        found.append(Fact('现在发不出去：', allowed.reason, rules.SOON))
    return found


def _waiting(conversation: 'Conversation', now: datetime) -> Iterable[Fact]:
    if conversation.waiting_since:
        yield Fact('等了', clock.spoken_span(now - conversation.waiting_since))
    if conversation.due_at and kinds.kind(conversation.kind).urgent:
        return  # nothing was promised
    if conversation.due_at:
        left: Due = rules.due(conversation.due_at, now)
        promised = rules.by(conversation.due_at, now)
        late = '' if left.words == promised else f'（{left.words}）'
        yield Fact('说好跟进到' if conversation.follow_up else '说好', promised + late, left.tone if late else '')
    elif conversation.moved_at:
        yield Fact('没有在等', f'{conversation.moved_by} {rules.on_day(conversation.moved_at, now)} 处理')


def answered_means(allowed: Allowed) -> str:
    """What 已答复 will do now."""
    return '发出，居民不再等' if allowed.left else '存下，居民下次来信时给出'


def allowed_hint(allowed: Allowed, now: datetime) -> str:
    """Under the reply box: what a reply will meet."""
    if allowed.left and allowed.until:
        until = rules.on_day(allowed.until, now)
        return f'还可发 {allowed.left} 条，最晚{until}；照片另算一条。发送失败会留在这里，不会丢。'
    return allowed.reason


_OWN, _ABOVE, _OTHER = '本街道', '区里', '其他街道'


def hand_over_groups(units: Sequence['Unit'], here: str, near: bool) -> list[Group]:
    """Units to hand over to, the likely ones first: own street, the district, the rest (unless `near`)."""
    by_id = {unit.id: unit for unit in units}
    own = by_id.get(here)
    street = own.id if own and own.kind == 'street' else (own.parent if own else None)
    named: dict[str, list[Choice]] = {_OWN: [], _ABOVE: [], _OTHER: []}
    for unit in sorted(units, key=lambda unit: unit.kind != 'street'):
        if unit.id != here:
            named[_group(unit, street)].append(Choice(unit.id, _named(unit, by_id, street)))
    wanted = (_OWN, _ABOVE) if near and (named[_OWN] or named[_ABOVE]) else tuple(named)
    return [Group(name, tuple(named[name])) for name in wanted if named[name]]


def _group(unit: 'Unit', street: str | None) -> str:
    if street and street in (unit.id, unit.parent):
        return _OWN
    return _OTHER if unit.kind in ('street', 'community') else _ABOVE


def _named(unit: 'Unit', by_id: Mapping[str, 'Unit'], street: str | None) -> str:
    parent = by_id.get(unit.parent or '')
    if unit.kind == 'community' and parent and parent.id != street:
        return f'{unit.name}（{parent.name}）'
    return unit.name
