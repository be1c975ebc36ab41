"""The plain answerers: greeting, menu, courtesy, receipt. Each is (visit) → Answer or None and never stores."""

from chalicelib import clock
from chalicelib.alliance import actions as alliance
from chalicelib.chat import danger, emergency
from chalicelib.chat.visit import Visit
from chalicelib.chat.words import say
from chalicelib.inbox import belonging, kinds, promises, rules
from chalicelib.inbox.receiving import Answer, Question
from chalicelib.privacy.chat import page_url
from chalicelib.storage import Write

MENU = Question('menu')
_CHOICES = {'1': 'say', '2': 'progress', '3': 'contact'}
# What no machine reads, unless WeChat has put a voice into words.
_UNREAD = frozenset({'image', 'voice', 'video', 'shortvideo', 'unsupported'})
_MENU_WORDS = frozenset({'菜单', '帮助', '?', '？', '0'})


def greeting(visit: Visit) -> Answer | None:
    """A resident follows, or scans a poster's code while following; somebody who leaves is told nothing."""
    match visit.message.event:
        case 'subscribe':
            words = say('greeting.follow', unit=visit.unit.name, privacy=page_url(visit.unit.id))
            return Answer(words, asks=MENU, writes=_moves(visit))
        case 'SCAN':
            return Answer(say('greeting.scan', unit=visit.unit.name), asks=MENU, writes=_moves(visit))
        case 'unsubscribe':
            return Answer()
    return None


def _moves(visit: Visit) -> tuple[Write, ...]:
    """A poster may have said where she lives: what is known of her is found there from now on."""
    found = visit.conversation
    if not visit.message.scene or found.known_until is None or found.home_by != belonging.POSTER:
        return ()
    from chalicelib.residents import actions as residents  # few have told who they are

    return tuple(residents.lives(found, found.home_unit, visit.now))


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
    return Answer(words, asks=MENU, aside=True)


def menu_again(visit: Visit) -> Answer:
    """The menu, for a digit that came too late to answer what was asked."""
    return Answer(_again(visit), asks=MENU, fresh=visit.conversation.fresh)


def courtesy(visit: Visit) -> Answer | None:
    """谢谢 after a person's answer is shown as new, and no clock runs. 好 after a reminder is nobody's to read."""
    if not visit.text or not rules.is_courtesy(visit.text):
        return None
    if visit.conversation.answered:
        return Answer(fresh=True)
    return Answer(aside=True) if _of_a_notice(visit) else None


def _of_a_notice(visit: Visit) -> bool:
    """Whether a machine's notice is the last she has heard, and nothing else is open."""
    found = visit.conversation
    if found.noticed_at is None or found.waiting_unit:
        return False
    spoken = found.last_from == 'resident' and found.last_at > found.noticed_at
    return not spoken and visit.now - found.noticed_at <= rules.NOTICE_ANSWERED_WITHIN


def receipt(visit: Visit) -> Answer:
    """Everything else waits for a person; a burst is told so once, with who answers and by when."""
    if danger.is_open(visit.conversation):
        return _added(visit)
    kind, again = danger.kind_of(visit), danger.in_burst(visit)
    promise = _promise(visit, kind)
    at_night = danger.line_at_night(visit) if _is_unread(visit) and not _shown_before(visit) else ''
    if visit.message.kind == 'unsupported':
        words = say('receipt.unsupported', unit=visit.unit.name, by=clock.spoken_date_time(promise.due_at))
    else:
        words = '' if again else _receipt(visit, promise)
    said = '\n'.join(filter(None, [words, at_night]))
    return Answer(said, waits=True, receipt=bool(words), kind=kind, due_at=promise.due_at)


def waits_for_person(visit: Visit, words: str) -> Answer:
    """She asks for somebody: said each time, with what she was promised or is promised now."""
    promise = _promise(visit, kinds.ORDINARY)
    by = clock.spoken_date_time(promise.due_at)
    if promise.due_at <= visit.now:
        said = _overdue('receipt', visit, by)
    elif promise.at_next_word:
        said = say('receipt.at_next_word', unit=visit.unit.name, by=by)
    else:
        said = say(f'receipt.{words}', unit=visit.unit.name, by=by)
    return Answer(said, waits=True, receipt=True, due_at=promise.due_at)


def told_progress(visit: Visit) -> Answer:
    """Also shown among the choices of the menu; a digit goes on answering that."""
    return Answer(_progress(visit), asks=MENU, aside=True)


def _added(visit: Visit) -> Answer:
    """While staff are called about a danger: it is with them, and no time is named. Their clock is not touched."""
    words = '' if danger.in_burst(visit) else say('danger.added', unit=visit.unit.name, phones=_phones(visit))
    return Answer(words, waits=True, receipt=bool(words), due_at=visit.conversation.due_at)


def _is_unread(visit: Visit) -> bool:
    return visit.message.kind in _UNREAD and not visit.message.text


def _shown_before(visit: Visit) -> bool:
    """Whether something of this burst could not be read either: the line about danger is given once."""
    unread = {rules.SPOKEN_KINDS[kind] for kind in _UNREAD}
    return danger.in_burst(visit) and bool(unread & set(visit.conversation.last_text.split(' · ')))


def _phones(visit: Visit) -> str:
    return emergency.phones(visit.unit.id)


def _promise(visit: Visit, kind: str) -> promises.Promise:
    """What she is promised with this message; what she was promised before, where that is sooner."""
    found, at = visit.conversation, visit.now if visit.late else visit.message.at
    until = rules.window_after(found, visit.message.opens, visit.message.at)
    matter = kinds.more_pressing(found.kind, kind) if found.waiting_unit else kind
    promise = promises.promise(found, visit.unit.id, at, until, matter)
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
    found = visit.conversation
    told, until = alliance.unit(found.district or found.street or ''), found.late_until
    if told and until and until > visit.now:
        at = clock.spoken_date_time(until)
        return say(f'{section}.overdue_until', unit=visit.unit.name, by=by, told=told.name, until=at)
    if told is None or told.id == visit.unit.id:
        return say(f'{section}.overdue', unit=visit.unit.name, by=by)
    return say(f'{section}.overdue_told', unit=visit.unit.name, by=by, told=told.name)


def _say(visit: Visit) -> str:
    return say('menu.say', unit=visit.unit.name)


def _progress(visit: Visit) -> str:
    open_one, unit = visit.conversation, visit.unit.name
    if not open_one.waiting_unit or not open_one.waiting_since or not open_one.due_at:
        return say('menu.nothing_open', unit=unit)
    if danger.is_open(open_one):
        return say('menu.danger', unit=unit, phones=_phones(visit))
    by = clock.spoken_date_time(open_one.due_at)
    if open_one.due_at <= visit.now:
        return _overdue('menu', visit, by)
    said = open_one.last_text if open_one.last_from == 'resident' else ''
    what = say('menu.quoted', said=said) if said else say('menu.letter')
    return say('menu.follow_up' if open_one.follow_up else 'menu.waiting', what=what, unit=unit, by=by)


def _contact(visit: Visit) -> str:
    if visit.unit.phone:
        return say('menu.contact', unit=visit.unit.name, phone=visit.unit.phone)
    return say('menu.contact_without_phone', unit=visit.unit.name)


def _again(visit: Visit) -> str:
    return say('greeting.scan', unit=visit.unit.name)


_MENU = {'say': _say, 'progress': _progress, 'contact': _contact}
