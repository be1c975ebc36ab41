"""The plain answerers: greeting, menu, courtesy, receipt. Each is (visit) → Answer or None and never stores."""

from chalicelib import clock
from chalicelib.alliance import actions as alliance
from chalicelib.chat.visit import Visit
from chalicelib.chat.words import say
from chalicelib.inbox import rules
from chalicelib.inbox.receiving import Answer, Question

MENU = Question('menu')
_CHOICES = {'1': 'say', '2': 'progress', '3': 'contact'}
_MENU_WORDS = frozenset({'菜单', '帮助', '?', '？', '0'})


def greeting(visit: Visit) -> Answer | None:
    """A resident follows, or scans a poster's code while following; somebody who leaves is told nothing."""
    match visit.message.event:
        case 'subscribe':
            return Answer(say('greeting.follow', unit=visit.unit.name), asks=MENU)
        case 'SCAN':
            return Answer(say('greeting.scan', unit=visit.unit.name), asks=MENU)
        case 'unsubscribe':
            return Answer()
    return None


def menu(visit: Visit) -> Answer | None:
    """A tapped menu button, or a digit that answers the menu we showed; nobody waits for these."""
    if visit.message.kind == 'event':
        choice = visit.message.event_key.removeprefix('menu:')
    elif visit.text in _MENU_WORDS:
        choice = ''
    elif visit.text in _CHOICES and visit.conversation.asked:
        # Late digits mean the menu; asked by nobody, a digit is a message.
        still_open = visit.conversation.asked.kind == MENU.kind and visit.now < visit.conversation.asked.until
        choice = _CHOICES[visit.text] if still_open else ''
    else:
        return None
    words = _MENU.get(choice, _again)(visit)
    return Answer(words, asks=MENU, fresh=visit.conversation.fresh)


def courtesy(visit: Visit) -> Answer | None:
    """谢谢 after a person's answer is shown as new, and no clock runs."""
    if visit.text and visit.conversation.answered and rules.is_courtesy(visit.text):
        return Answer(fresh=True)
    return None


def receipt(visit: Visit) -> Answer:
    """Everything else waits for a person; a burst is told so once."""
    received_at = visit.conversation.received_at
    if visit.message.kind == 'unsupported':
        return Answer(say('receipt.unsupported', unit=visit.unit.name), waits=True, receipt=True)
    if received_at and abs(visit.message.at - received_at) <= rules.BURST and visit.conversation.waiting_unit:
        return Answer(waits=True)
    verified = alliance.may_send(visit.account)
    words = say('receipt.verified' if verified else 'receipt.unverified', unit=visit.unit.name)
    return Answer(words, waits=True, receipt=True)


def _say(visit: Visit) -> str:
    return say('menu.say', unit=visit.unit.name)


def _progress(visit: Visit) -> str:
    open_one, unit = visit.conversation, visit.unit.name
    if not open_one.waiting_unit or not open_one.waiting_since or not open_one.due_at:
        return say('menu.nothing_open', unit=unit)
    if open_one.follow_up:
        return say('menu.follow_up', unit=unit, until=clock.spoken_time(open_one.due_at, visit.now))
    return say('menu.waiting', unit=unit, waited=clock.spoken_span(visit.now - open_one.waiting_since))


def _contact(visit: Visit) -> str:
    if visit.unit.phone:
        return say('menu.contact', unit=visit.unit.name, phone=visit.unit.phone)
    return say('menu.contact_without_phone', unit=visit.unit.name)


def _again(visit: Visit) -> str:
    return say('greeting.scan', unit=visit.unit.name)


_MENU = {'say': _say, 'progress': _progress, 'contact': _contact}
