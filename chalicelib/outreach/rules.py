"""By which channel a resident is told, and what can become of it. Pure."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from chalicelib import clock

# planned: not begun, or to be tried again; line: handed to the inbox, whose line says how it fares; called: WeChat is
# being asked; sent, unknown, failed, over (its time has passed) and told (by telephone, ticked) are ends.
PLANNED, LINE, CALLED = 'planned', 'line', 'called'
SENT, UNKNOWN, FAILED, OVER, TOLD = 'sent', 'unknown', 'failed', 'over', 'told'
STATES = (PLANNED, LINE, CALLED, SENT, UNKNOWN, FAILED, OVER, TOLD)

CHAT, SUBSCRIPTION, TEMPLATE, NEXT, PHONE = 'chat', 'subscription', 'template', 'next', 'phone'
# Tried in this order. A chat message costs nobody's consent, a notification one she gave; the next contact may be late.
ORDER = (CHAT, SUBSCRIPTION, TEMPLATE, NEXT)

# What a template can be filled with, by purpose: the names that callers of `actions.tell` and `ops.accounts` use.
PURPOSES: Mapping[str, tuple[str, ...]] = {
    'booking': ('what', 'when', 'where', 'state', 'note'),
}

WORDS_AT_MOST = 600  # characters, 1,800 bytes in Chinese: WeChat takes 2,048 of one text
# OURS: a call that has not come back by then never will; longer than any function lasts.
CALL_LASTS_AT_MOST = timedelta(minutes=2)
# OURS: so long after a line was handed to the inbox we look how it fares: it is sent, or cut off, by then.
LOOK_AGAIN = timedelta(minutes=3)


class Means(NamedTuple):
    """What is possible for one resident just now."""

    followed: bool
    window: bool  # WeChat lets a machine write into her chat
    room: bool  # one more line can be kept for her
    subscription: bool  # she has agreed to a notification by a template that fits
    template: bool  # her account has a template that fits


def channel(means: Means, refused: Collection[str] = ()) -> str | None:
    """The best channel that is open and has not refused this before; None: she has to be called."""
    if not means.followed:
        return None
    is_open = {
        CHAT: means.window and means.room,
        SUBSCRIPTION: means.subscription,
        TEMPLATE: means.template,
        NEXT: means.room,
    }
    return next((one for one in ORDER if is_open[one] and one not in refused), None)


def telling_id(conversation_id: str, about: str, what: str) -> str:
    return f'{about}#{what}#{sha256(conversation_id.encode()).hexdigest()[:16]}'


def cut(words: str) -> str:
    return words if len(words) <= WORDS_AT_MOST else f'{words[: WORDS_AT_MOST - 1]}…'


def stored(values: Mapping[str, str | datetime]) -> dict[str, str]:
    """Values as a template shows them; moments in Beijing's time, in the form that WeChat wants."""
    return {name: _shown(value) for name, value in values.items()}


def _shown(value: str | datetime) -> str:
    return ' '.join(value.split()) if isinstance(value, str) else f'{clock.beijing(value):%Y年%m月%d日 %H:%M}'


def fits(fields: Mapping[str, str], values: Mapping[str, Any] | None) -> bool:
    """Whether there is something to say in every field of a template: WeChat refuses one that lacks any."""
    return bool(fields) and all((values or {}).get(name) for name in fields)


def is_told(state: str) -> bool:
    """Whether the row itself proves that she was reached; of `line` the inbox's line says more."""
    return state in (SENT, TOLD)
