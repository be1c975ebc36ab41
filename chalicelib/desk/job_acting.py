"""What a company does with a job from its page: one step for each button, told and stored at once."""

import re
import secrets
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, NamedTuple

from chalicelib import address
from chalicelib.bookings import actions as bookings
from chalicelib.bookings import serving
from chalicelib.bookings.actions import Refused
from chalicelib.bookings.rules import NotNow
from chalicelib.desk import job_view, job_words
from chalicelib.desk.answering import Upload
from chalicelib.desk.job_access import Place
from chalicelib.inbox import objects
from chalicelib.wechat import limits

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member
    from chalicelib.bookings.keeping import Planned
    from chalicelib.bookings.records import Booking

_TOKEN = re.compile(r'[0-9a-f]{32}')
_YUAN = re.compile(r'[0-9]{1,9}(\.[0-9]{1,2})?')
LATER = 'later'  # of crews: say yes first, choose afterwards
_MOST_PHOTOS = 6  # OURS


class Moved(Exception):
    """It is at another time than the page showed."""


class Act(NamedTuple):
    """Who presses what, on what; `form` as it stood in the browser."""

    member: 'Member'
    job: 'Booking'
    form: Mapping[str, str]
    now: datetime

    @property
    def unit(self) -> str:
        return self.job.partner or ''

    def typed(self, name: str) -> str:
        return self.form.get(name, '')


def act(member: 'Member', company: Place, job: 'Booking', form: Mapping[str, str], now: datetime) -> str:
    """Do what the form asks; the key of the words to say.

    Raises `NotNow` where it is not its turn (any more), `Moved`, `Refused` with words, `bookings.Gone`.
    """
    wanted = form.get('do', '')
    if wanted not in _ACTS or wanted not in job_view.possible(company, job, now):
        raise NotNow(f'{wanted[:20]} from {job.state}')
    pressed = Act(member, job, form, now)
    if wanted in ('accept', 'assign') and not form.get('crew'):
        raise Refused(job_words.NOTHING_CHOSEN)
    if token := _photo_of(form):
        add_photo(member, job, token, now)

    def planned() -> 'Planned':
        found = _ACTS[wanted](pressed)
        if wanted in _AT_ITS_TIME and _at(found) != form.get('at', ''):
            raise Moved
        return found

    bookings.do(planned)
    return 'accept_later' if wanted == 'accept' and form.get('crew') == LATER else wanted


def _at(planned: 'Planned') -> str:
    return job_view.seen(planned.booking)


def _accept(by: Act) -> 'Planned':
    crew = by.typed('crew')
    return serving.accept(by.job.id, by.unit, '' if crew == LATER else crew, by.member, by.now)


def _assign(by: Act) -> 'Planned':
    return serving.assign(by.job.id, by.unit, by.typed('crew'), by.member, by.now)


def _price(by: Act) -> 'Planned':
    return serving.price(by.job.id, by.unit, fen(by.typed('yuan')), by.typed('words'), by.member, by.now)


def _decline(by: Act) -> 'Planned':
    return serving.decline(by.job.id, by.unit, by.typed('reason'), by.member, by.now)


def _give_up(by: Act) -> 'Planned':
    return serving.give_up(by.job.id, by.unit, by.typed('reason'), by.member, by.now)


def _arrive(by: Act) -> 'Planned':
    return serving.arrive(by.job.id, by.unit, by.member, by.now)


def _finish(by: Act) -> 'Planned':
    return serving.finish(by.job.id, by.unit, by.member, by.now)


def _no_show(by: Act) -> 'Planned':
    return serving.no_show(by.job.id, by.unit, by.member, by.now)


_ACTS: Mapping[str, Callable[[Act], 'Planned']] = {
    'accept': _accept, 'assign': _assign, 'price': _price, 'decline': _decline, 'give_up': _give_up,
    'arrive': _arrive, 'finish': _finish, 'no_show': _no_show,
}  # fmt: skip
_AT_ITS_TIME = frozenset({'accept', 'assign', 'arrive', 'no_show'})


def fen(typed: str) -> int:
    """88, 88.5, ８８ 元 → fen; what is no amount becomes one that is refused in the words of the room."""
    text = unicodedata.normalize('NFKC', typed).strip().removesuffix('元').strip().lstrip('¥').strip()
    try:
        return int(Decimal(text) * 100) if _YUAN.fullmatch(text) else -1
    except InvalidOperation:
        return -1


def new_photo() -> str:
    return secrets.token_hex(16)


def is_photo(token: str) -> bool:
    return bool(_TOKEN.fullmatch(token))


def _photo_of(form: Mapping[str, str]) -> str:
    token = form.get('photo', '')
    return token if is_photo(token) else ''


def photo_key(job: 'Booking', token: str) -> str:
    """In the resident's folder, so that it is forgotten with all of hers, and goes by the bucket's own rule."""
    return f'{objects.folder("out", job.conversation)}job-{job.id}-{token}'


def upload(job: 'Booking', token: str) -> Upload:
    """Where and how the browser brings the photo; the bucket sends it back to the job's page."""
    form = objects.upload_form('image', photo_key(job, token), f'{address.base_url()}/jobs/{job.id}?photo={token}')
    limit = f'JPG、PNG 或 GIF，最多 {form.most_bytes // limits.MEGABYTE} MB。'
    return Upload(form.url, tuple(form.fields.items()), form.accept, limit)


def brought(job: 'Booking', token: str) -> bool:
    """Whether a photo of this name is there; raises `formats.NotTaken`, with words, where it cannot be shown."""
    if not is_photo(token):
        return False
    objects.content(photo_key(job, token))
    return True


def add_photo(member: 'Member', job: 'Booking', token: str, now: datetime) -> None:
    """Keep it with the job; the same once more is the same. Raises `formats.NotTaken` and `Refused`."""
    key = photo_key(job, token)
    if key in job.photos:
        return
    if len(job.photos) >= _MOST_PHOTOS:
        raise Refused(f'一单最多 {_MOST_PHOTOS} 张照片。')
    objects.content(key)
    bookings.do(lambda: serving.add_photo(job.id, job.partner or '', key, member, now))


def photo_link(job: 'Booking', token: str) -> str:
    return objects.link(photo_key(job, token), 'image/jpeg')
