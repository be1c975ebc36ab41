"""The plain answerers: greeting, menu, courtesy, receipt. Each is (visit) → Answer or None and never stores."""

from chalicelib import clock
from chalicelib.alliance import actions as alliance
from chalicelib.chat.visit import Visit
from chalicelib.chat.words import say
from chalicelib.inbox import promises, rules
from chalicelib.inbox.receiving import Answer, Question
from chalicelib.privacy.chat import page_url

MENU = Question('menu')
_CHOICES = {'1': 'say', '2': 'progress', '3': 'contact'}
_MENU_WORDS = frozenset({'菜单', '帮助', '?', '？', '0'})


def greeting(visit: Visit) -> Answer | None:
    """A resident follows, or scans a poster's code while following; somebody who leaves is told nothing."""
    match visit.message.event:
        case 'subscribe':
            return Answer(say('greeting.follow', unit=visit.unit.name, privacy=page_url(visit.unit.id)), asks=MENU)
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


def menu_again(visit: Visit) -> Answer:
    """The menu, for a digit that came too late to answer what was asked."""
    return Answer(_again(visit), asks=MENU, fresh=visit.conversation.fresh)


def courtesy(visit: Visit) -> Answer | None:
    """谢谢 after a person's answer is shown as new, and no clock runs."""
    if visit.text and visit.conversation.answered and rules.is_courtesy(visit.text):
        return Answer(fresh=True)
    return None


def receipt(visit: Visit) -> Answer:
    """Everything else waits for a person; a burst is told so once, with who answers and by when."""
    received_at = visit.conversation.received_at
    promise = _promise(visit)
    if visit.message.kind == 'unsupported':
        words = say('receipt.unsupported', unit=visit.unit.name, by=clock.spoken_date_time(promise.due_at))
        return Answer(words, waits=True, receipt=True, due_at=promise.due_at)
    if received_at and abs(visit.message.at - received_at) <= rules.BURST and visit.conversation.waiting_unit:
        return Answer(waits=True, due_at=promise.due_at)
    return Answer(_receipt(visit, promise), waits=True, receipt=True, due_at=promise.due_at)


def _promise(visit: Visit) -> promises.Promise:
    """What she is promised with this message; what she was promised before, where that is sooner."""
    found, at = visit.conversation, visit.now if visit.late else visit.message.at
    until = rules.window_after(found, visit.message.opens, visit.message.at)
    promise = promises.promise(found, visit.unit.id, at, until)
    if found.waiting_unit and found.due_at and found.due_at < promise.due_at:
        in_time = until is not None and found.due_at <= until - rules.WINDOW_SPARE
        told_then = promise.at_next_word and not (in_time and promises.may_write_first(found))
        return promise._replace(due_at=found.due_at, at_next_word=told_then)
    return promise


def _receipt(visit: Visit, promise: promises.Promise) -> str:
    unit, by = visit.unit.name, clock.spoken_date_time(promise.due_at)
    if promise.due_at <= visit.now:
        return _overdue('receipt', visit, by)
    if promise.at_next_word:
        return say('receipt.at_next_word', unit=unit, by=by)
    duty = alliance.hours_of(visit.unit.id).on_duty(visit.now)
    if duty and promise.due_at > duty.ends:
        return say('receipt.on_duty', unit=unit, by=by, until=f'{clock.beijing(duty.ends):%H:%M}')
    return say('receipt.ordinary', unit=unit, by=by)


def _overdue(section: str, visit: Visit, by: str) -> str:
    """What was promised was not kept: it is said so, and who knows of it."""
    told = alliance.unit(visit.conversation.district or visit.conversation.street or '')
    if told is None or told.id == visit.unit.id:
        return say(f'{section}.overdue', unit=visit.unit.name, by=by)
    return say(f'{section}.overdue_told', unit=visit.unit.name, by=by, told=told.name)


def _say(visit: Visit) -> str:
    return say('menu.say', unit=visit.unit.name)


def _progress(visit: Visit) -> str:
    open_one, unit = visit.conversation, visit.unit.name
    if not open_one.waiting_unit or not open_one.waiting_since or not open_one.due_at:
        return say('menu.nothing_open', unit=unit)
    by = clock.spoken_date_time(open_one.due_at)
    if open_one.due_at <= visit.now:
        return _overdue('menu', visit, by)
    return say('menu.follow_up' if open_one.follow_up else 'menu.waiting', unit=unit, by=by)


def _contact(visit: Visit) -> str:
    if visit.unit.phone:
        return say('menu.contact', unit=visit.unit.name, phone=visit.unit.phone)
    return say('menu.contact_without_phone', unit=visit.unit.name)


def _again(visit: Visit) -> str:
    return say('greeting.scan', unit=visit.unit.name)


_MENU = {'say': _say, 'progress': _progress, 'contact': _contact}
