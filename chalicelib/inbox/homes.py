"""A clerk says where a resident lives: what comes next goes there, what is open stays where it is."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib import storage
from chalicelib.alliance import actions as alliance
from chalicelib.inbox import belonging, forms, lasting, lines
from chalicelib.inbox.changing import FormUsed, Refused, change
from chalicelib.inbox.records import Conversation, Message
from chalicelib.storage import Write

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member


def correct(
    found: Conversation, by: 'Member', unit_id: str, also: Callable[[Conversation], list[Write]], form: str,
    now: datetime,
) -> None:  # fmt: skip
    """With a line that says so, once a form; `also` makes what else is written in the same transaction."""
    forms.check(form, now)
    unit = alliance.unit(unit_id)
    if unit is None or unit.kind != 'community':
        raise Refused('请选一个社区。')
    line = Message(
        found.id, forms.line_key(form, 1, now), at=now, way='inside', kind='home', text=f'居住地改为{unit.name}',
        by=by.id, by_name=by.name, forget_at=lasting.kept_until('home', now),
    )  # fmt: skip

    def write(fresh: Conversation) -> list[Write]:
        belonging.lives(fresh, unit.id, belonging.CLERK)
        return [lines.put_of_form(form, [line], now), *also(fresh)]

    try:
        change(found, write, now)
    except storage.AlreadyKept:
        before = lines.of_form(found.id, form)
        if before and before[0].text != line.text:
            raise FormUsed from None
