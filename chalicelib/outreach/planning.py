"""What is possible for one resident just now, and which channel follows from it."""

from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.alliance import actions as alliance
from chalicelib.inbox import machine
from chalicelib.inbox import rules as inbox_rules
from chalicelib.inbox.promises import may_write_first
from chalicelib.outreach import rules, subscribing, templates
from chalicelib.outreach.records import Telling
from chalicelib.outreach.templates import Form

if TYPE_CHECKING:
    from chalicelib.inbox.records import Conversation


def channel(row: Telling, found: 'Conversation', now: datetime) -> str | None:
    notification = form(row, rules.SUBSCRIPTION)
    means = rules.Means(
        followed=bool(found.followed),
        window=inbox_rules.may_send_notice(found, now, may_write_first(found)),
        room=machine.room(found),
        subscription=notification is not None and subscribing.has_agreed(found.id, notification, now),
        template=form(row, rules.TEMPLATE) is not None,
    )
    return rules.channel(means, row.refused)


def form(row: Telling, channel: str) -> Form | None:
    return templates.fitting(alliance.account(row.conversation.partition('#')[0]), channel, row)
