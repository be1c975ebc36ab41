"""What the desk puts together from the rooms below: one unit's list, one conversation, and whose they are."""

from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib import clock
from chalicelib.alliance import actions as alliance
from chalicelib.alliance import leave
from chalicelib.bookings import actions as bookings
from chalicelib.desk import access, booking_view, list_view, resident_view, rules, talk_view, troubles, whose
from chalicelib.desk import conversation_view as view
from chalicelib.desk.list_view import Counter, Listing
from chalicelib.inbox import actions as inbox
from chalicelib.inbox import forms, kinds, media, objects, promises
from chalicelib.inbox import rules as inbox_rules

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member
    from chalicelib.inbox.records import Conversation, Message

# A page asks the store five times at most: the session, its list, and these. An empty list asks once more itself,
# that of a street once and that of the district twice.
COUNTED_UNITS = 2
OVERDUE_ASKS = {'street': 1, 'district': 2}
TALK_LINES = 40
MINE_AMONG = 200  # of those due first


def waiting_list(member: 'Member', unit: str, skip: int, now: datetime, mine: bool = False) -> Listing:
    """Who waits for this unit, the one due first in front, a page at a time; or only what the member has taken."""
    found = inbox.waiting(unit, MINE_AMONG if mine else skip + rules.ROWS_A_PAGE + 1) if unit else []
    taken = [one for one in found if member.id in (one.taken_by, one.named)]
    found = taken if mine else found
    counted = COUNTED_UNITS - (not found) - OVERDUE_ASKS.get(access.kind(unit), 0)
    shown, more = found[skip : skip + rules.ROWS_A_PAGE], len(found) > skip + rules.ROWS_A_PAGE
    return Listing(
        unit=unit,
        recent=False,
        title='我接手的' if mine else '等待答复',
        mine=len(taken),
        heading=list_view.heading(found[: skip + rules.ROWS_A_PAGE], more, now),
        rows=tuple(list_view.waiting_row(one, now) for one in shown),
        empty=_nobody(unit, mine),
        last_answered=list_view.last_answered(inbox.recent(unit, 10), now) if unit and not found else '',
        before=f'/desk?unit={unit}&skip={max(0, skip - rules.ROWS_A_PAGE)}' if skip else '',
        after=f'/desk?unit={unit}&skip={skip + rules.ROWS_A_PAGE}' if more and not mine else '',
        overdue=_overdue(unit, now),
        handed_over=_handed_over(unit, now),
        below=below(unit),
        troubles=() if skip else troubles.troubles(member, unit, now),
        others=_others(member, unit, counted, now),
        uncounted=_uncounted(member, unit, counted, now),
        at=list_view.at(now),
        path=f'/desk?unit={unit}&skip={skip}' + ('&mine=1' if mine else ''),
    )


def _nobody(unit: str, mine: bool) -> str:
    if mine:
        return '您接手的都办完了。'
    return '现在没有居民在等答复。' if unit else '您还没有被分到单位，请联系管理员。'


def _overdue(unit: str, now: datetime) -> list_view.Overdue | None:
    """What the units below did not answer in time."""
    found = inbox.overdue(unit, rules.ROWS_OVERDUE + 1) if unit else []
    rows = [list_view.overdue_row(one, access.unit_name(one.waiting_unit or one.unit), now) for one in found]
    return list_view.overdue(rows[: rules.ROWS_OVERDUE], len(found) > rules.ROWS_OVERDUE)


def _handed_over(unit: str, now: datetime) -> tuple[list_view.Row, ...]:
    """What this unit has handed over and nobody has accepted; whose turn it is stands where a remark would."""
    found = inbox.handed_over(unit, rules.ROWS_HANDED) if unit else []
    return tuple(list_view.overdue_row(one, access.unit_name(one.unit), now)._replace(marks=()) for one in found)


def below(unit: str) -> tuple[rules.Choice, ...]:
    """The units directly below one, to go on to."""
    return tuple(rules.Choice(one.id, one.name) for one in alliance.units() if unit and one.parent == unit)


def recent_list(member: 'Member', unit: str, now: datetime) -> Listing:
    """The unit's conversations, the last spoken in front; also what came without starting a clock."""
    found = inbox.recent(unit, rules.ROWS_A_PAGE) if unit else []
    return Listing(
        unit=unit,
        recent=True,
        title='近日来往',
        heading=list_view.recent_heading(found, now),
        rows=tuple(list_view.recent_row(one, now) for one in found),
        empty='还没有居民来过信。',
        others=_others(member, unit, COUNTED_UNITS, now),
        uncounted=_uncounted(member, unit, COUNTED_UNITS, now),
        at=list_view.at(now),
        path=f'/desk/recent?unit={unit}',
    )


def _others(member: 'Member', unit: str, counted: int, now: datetime) -> tuple[Counter, ...]:
    others = [other for other in leave.units_of(member, now) if other != unit]
    return tuple(Counter(other, access.unit_name(other), inbox.waiting_count(other)) for other in others[:counted])


def _uncounted(member: 'Member', unit: str, counted: int, now: datetime) -> tuple[rules.Choice, ...]:
    others = [other for other in leave.units_of(member, now) if other != unit]
    return tuple(rules.Choice(other, access.unit_name(other)) for other in others[counted:])


def new_reply(found: 'Conversation', now: datetime) -> view.Reply:
    return view.Reply(forms.new(now), int(found.version or 0))


def sheet(
    member: 'Member', found: 'Conversation', now: datetime, reply: view.Reply | None = None, before: str = '',
    near: bool = True,
) -> view.Sheet:  # fmt: skip
    """All that the page of one conversation shows; `before` is where an earlier part of the talk ends."""
    reply = reply or new_reply(found, now)
    allowed = inbox_rules.allowance(found, now, promises.may_write_first(found))
    booked = tuple(booking_view.row(one, now) for one in bookings.open_of(found.id, now))
    most = rules.TALK_BYTES - len(reply.text.encode()) - len(booked) * booking_view.ROW_BYTES
    lines, earlier = _talk(found, before, most, now)
    confirmed = {kept.key: kept.confirmed_at for kept in found.kept}
    hints = resident_view.place_hints(lines, found.unit)
    return view.Sheet(
        path=f'/desk/c/{found.ref}',
        ref=found.ref,
        who=found.label,
        remark=found.remark,
        about=_about(found),
        facts=tuple(view.facts(found, allowed, now)),
        lines=tuple(talk_view.bubbles(lines, now, found.waiting_since, confirmed, hints)),
        earlier=earlier,
        newest=not before,
        acts=access.may_act(member, found, now),
        booked=booked,
        known=tuple(resident_view.facts(found, now)),
        reply=reply,
        whose=whose.whose(member, found, now),
        allowed=view.allowed_hint(allowed, now),
        answered_means=view.answered_means(allowed),
        follow_ups=tuple(rules.follow_up_choices(alliance.hours_of(found.waiting_unit or found.unit), now)),
        hand_over=tuple(view.hand_over_groups(alliance.units(), found.unit, near)),
        reasons=view.CLOSE_REASONS,
        tokens={form: forms.new(now) for form in ('note', 'hand_over', 'close', 'take', 'decline')},
        beside=tuple(
            list_view.waiting_row(one, now)
            for one in inbox.waiting(access.own_unit(member, found, now), rules.ROWS_BESIDE)
        ),
    )


def _talk(found: 'Conversation', before: str, most_bytes: int, now: datetime) -> 'tuple[list[Message], str]':
    """The newest lines that fit, and where those before them end; cut in the order of keys, which pages go by."""
    talk = inbox.talk(found.id, access.line_key(before) or None, TALK_LINES, now)
    by_key = sorted(talk.messages, key=lambda line: line.key)
    wanted = by_key if before else rules.with_context(by_key, found.waiting_since)
    shown = rules.newest_fitting(wanted, most_bytes)
    more = talk.earlier or len(shown) < len(by_key)
    earlier = shown[0].key.replace('#', '.') if shown and more else ''
    return sorted(shown, key=lambda line: (line.at, line.key)), earlier


def _about(found: 'Conversation') -> str:
    """Where she writes from and who has it, where that is not plain."""
    account = alliance.account(found.account)
    told = [f'写给{account.name}'] if account and account.unit != found.unit else []
    if found.for_whom:
        told.append(f'替「{found.for_whom}」来信')
    if found.unit != found.home_unit:
        told.append(f'{"按地点转到" if found.unit == found.placed else "已转交"}{access.unit_name(found.unit)}')
    if above := found.district or found.street:
        late = '' if kinds.kind(found.kind).urgent else '到时未答复，'
        told.append(f'{late}{access.unit_name(above)}已知道')
    if not found.followed:
        told.append('已取消关注')
    return ' · '.join(told)


_TYPES = {'image': 'image/jpeg', 'voice': 'audio/amr', 'video': 'video/mp4', 'shortvideo': 'video/mp4'}


def medium_link(line: 'Message', original: bool, now: datetime) -> str:
    """A fresh link to what browsers show or play, or to the file as it came; empty where there is none yet."""
    stored = line.media
    if stored is None or stored.state != media.STORED or not stored.object_key or talk_view.media_past(line, now):
        return ''
    if stored.playable_key and not original:
        return objects.link(stored.playable_key, stored.playable_type or 'audio/mpeg')
    ending = stored.object_key.rpartition('.')[2] if '.' in stored.object_key else 'jpg'
    name = f'{inbox_rules.SPOKEN_KINDS.get(line.kind, "文件")} {clock.beijing(line.at):%Y-%m-%d %H.%M}.{ending}'
    return objects.link(stored.object_key, stored.content_type or _TYPES.get(line.kind, 'image/jpeg'), name)
