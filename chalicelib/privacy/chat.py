"""What a resident can ask about her own data by message: 「我的信息」, 「删除我的信息」, 「谁看过我的信息」."""

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import quote

from chalicelib import address, clock, retention
from chalicelib.inbox.receiving import NOTHING, Answer, Question
from chalicelib.privacy import rules
from chalicelib.privacy.words import say

if TYPE_CHECKING:
    from chalicelib.chat.visit import Visit
    from chalicelib.privacy.records import Read

FORGET = Question('forget')
READS_TOLD = 8  # people, each with the last time and how often: 2048 bytes are all that WeChat takes
READS_READ = 100
_BETWEEN = re.compile(r'[\W_]+')
_YES, _NO = '1', '2'


def answer(visit: 'Visit') -> Answer | None:
    """Nobody waits for an answer to these. What the signature does not prove may be somebody else's question."""
    said = _BETWEEN.sub('', unicodedata.normalize('NFKC', visit.text))
    asked = visit.conversation.asked
    if said in (_YES, _NO) and asked and asked.kind == FORGET.kind and visit.now < asked.until:
        return _decide(visit, said)
    tell = _TOLD.get(said)
    if tell is None:
        return None
    return tell(visit) if visit.proven else _answer(visit, say('elsewhere.unproven', **_elsewhere(visit)))


def _answer(visit: 'Visit', words: str, asks: Question | None = None) -> Answer:
    return Answer(words, asks=asks, fresh=visit.conversation.fresh)


def page_url(unit_id: str) -> str:
    """The page for everybody, which names the unit as the one to turn to."""
    return f'{address.base_url()}/privacy?unit={quote(unit_id)}'


def _elsewhere(visit: 'Visit') -> dict[str, str]:
    phone = say('elsewhere.phone', phone=visit.unit.phone) if visit.unit.phone else ''
    return {'unit': visit.unit.name, 'phone': phone, 'url': page_url(visit.unit.id)}


def _mine(visit: 'Visit') -> Answer:
    from chalicelib.bookings import actions as bookings  # one question in thousands
    from chalicelib.inbox import holding

    held, url = holding.held(visit.conversation.id, visit.now), page_url(visit.unit.id)
    number = bookings.count_of(visit.conversation.id)
    booked = say('mine.booked', number=str(number)) if number else ''
    if held.oldest is None:
        return _answer(visit, say('mine.nothing', url=url, booked=booked))
    words = say(
        'mine.held',
        lines=say('mine.more' if held.more else 'mine.lines', lines=str(held.lines)),
        media=say('mine.with_media', media=str(held.media)) if held.media else '',
        oldest=clock.spoken_date_time(held.oldest),
        booked=booked,
        unit=visit.unit.name,
        url=url,
    )
    return _answer(visit, words)


def _forget(visit: 'Visit') -> Answer:
    words = say('forget.ask_open', days=_DAYS) if visit.conversation.waiting_unit else say('forget.ask')
    return _answer(visit, words, FORGET)


def _decide(visit: 'Visit', said: str) -> Answer:
    if said == _NO or not visit.proven:
        return _answer(visit, say('forget.not_done'), NOTHING)
    done = 'forget.done_open' if visit.conversation.waiting_unit else 'forget.done'
    return _answer(visit, say(done, unit=visit.unit.name, days=_DAYS), NOTHING)._replace(forgets=True)


def _reads(visit: 'Visit') -> Answer:
    """Each colleague once, whatever he opened and however often: one who looked a lot must not hide another."""
    from chalicelib.privacy import actions

    read = actions.reads_of(visit.conversation.id, READS_READ)
    if not read:
        return _answer(visit, say('reads.nobody'))
    times = Counter((one.member, one.unit_name) for one in read)
    last = {(one.member, one.unit_name): one for one in reversed(read)}
    latest = sorted(last.values(), key=lambda one: one.at, reverse=True)
    rows = [_row(one, times[one.member, one.unit_name]) for one in latest[:READS_TOLD]]
    more = len(latest) > READS_TOLD or len(read) == READS_READ
    older = say('reads.more', **_elsewhere(visit)) if more else ''
    return _answer(visit, say('reads.some', rows='\n'.join(rows)) + older)


def _row(read: 'Read', times: int) -> str:
    row = say(
        'reads.row', at=clock.spoken_date_time(read.at), unit=read.unit_name, who=rules.by_surname(read.member_name)
    )
    return row + (say('reads.times', times=times) if times > 1 else '')


_DAYS = str(retention.LEFT_OPEN.lasts.days)
_TOLD = {'我的信息': _mine, '删除我的信息': _forget, '谁看过我的信息': _reads}
