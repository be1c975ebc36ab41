"""Who opens a resident's page by a link: hers, for a purpose and an hour, one browser's from its first post on."""

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib import pseudonym, settings
from chalicelib.alliance import actions as alliance
from chalicelib.alliance.records import Account
from chalicelib.residents import guests, links, sealing, vouchers
from chalicelib.residents.guests import Foreign, Guest
from chalicelib.residents.records import GuestLink
from ops import resources
from tests.door import ACCOUNT, RESIDENT, SECRETS, Door
from tests.log_reading import written

ID = f'{ACCOUNT}#{RESIDENT}'
OTHER = 'oNeighbour00000000000000001'
SECOND = timedelta(seconds=1)


def browser(cookie: str = '', **form: str) -> Any:
    body = '&'.join(f'{name}={value}' for name, value in form.items())
    return SimpleNamespace(raw_body=body.encode(), headers={'cookie': cookie} if cookie else {}, query_params=None)


def kept(lines: list[str]) -> str:
    """The cookie as the browser sends it from now on."""
    return '; '.join(line.partition(';')[0] for line in lines)


@pytest.fixture(autouse=True)
def follows(door: Door) -> None:
    door.event('subscribe')


@pytest.fixture
def pass_(now: datetime) -> str:
    return guests.link(ID, 'book', now)


def there(pass_: str, now: datetime, cookie: str = '', purpose: str = 'book') -> Guest | None:
    return guests.of(pass_, browser(cookie), purpose, now)


def at(pass_: str, now: datetime, cookie: str = '') -> Guest:
    found = there(pass_, now, cookie)
    assert found
    return found


def test_a_link_lets_in_whoever_has_it_and_shows_nothing_stored(pass_: str, now: datetime) -> None:
    found = at(pass_, now)
    assert (found.conversation_id, found.account, found.by) == (ID, ACCOUNT, 'link')
    assert (found.shows_stored, found.bound, found.pass_) == (False, False, pass_)
    assert found.conversation.id == ID
    assert RESIDENT not in pass_


def test_it_is_over_after_an_hour_to_the_second(pass_: str, now: datetime) -> None:
    assert there(pass_, now + guests.LINK_LASTS - SECOND)
    assert there(pass_, now + guests.LINK_LASTS) is None
    assert there(pass_, now + guests.LINK_LASTS + SECOND) is None


def test_a_clock_that_is_ahead_a_little_is_believed_and_no_more(now: datetime) -> None:
    assert there(guests.link(ID, 'book', now + SECOND), now)
    assert there(guests.link(ID, 'book', now + timedelta(minutes=2)), now) is None


def test_each_purpose_has_links_of_its_own(pass_: str, now: datetime) -> None:
    assert there(pass_, now, purpose='rate') is None
    assert there(links.make(ID, now), now) is None
    assert links.read(pass_, now) is None
    assert there(vouchers.make(ID, 'session', now), now) is None


def test_what_is_forged_lets_nobody_in(pass_: str, now: datetime) -> None:
    account, _, sealed = pass_.partition('.')
    forged = [
        pass_[:-1],
        pass_[:-20],
        account,
        f'{account}.',
        f'{account}.AAAA',
        f'{account}.{"A" * 10_000}',
        'x' * 10_000,
        f'{"x" * 10_000}.{sealed}',
        f'370202013002.{sealed}',
        f'.{sealed}',
        f'{account}.{sealed[:-2]}中文',
        f'{account}.{sealed[::-1]}',
        '',
        'me.',
        'me.' + 'x' * 10_000,
    ]
    assert [one[:40] for one in forged if there(one, now)] == []


def test_another_spelling_of_the_same_link_is_no_link(pass_: str, now: datetime) -> None:
    """Else a second browser could have a link of its own by it."""
    for other in (f'{pass_}=', f'{pass_}!', pass_.replace('.', '..'), f'{pass_}\n'):
        assert there(other, now) is None
    last = pass_[-1]
    same = [
        pass_[:-1] + one for one in 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_' if one != last
    ]
    assert [one for one in same if there(one, now)] == []


def test_a_seal_of_another_account_is_none_of_this_one(pass_: str, now: datetime) -> None:
    Account('other', name='别家', kind='service', verified=True, unit='370202').save()
    resources.put_secret(settings.account_parameter('other'), json.dumps(SECRETS | {'secret': 'o' * 32}))
    alliance.forget()
    assert there(pass_.replace(ACCOUNT, 'other'), now) is None
    assert sealing.opened(sealing.seal('other', 'link#book', 'x'), 'link#book') == ('other', 'x')


def test_looking_binds_nothing(pass_: str, now: datetime) -> None:
    at(pass_, now)
    at(pass_, now, 'weilin_guest=' + 'b' * 43)
    assert list(GuestLink.scan()) == []


def test_the_first_browser_that_posts_owns_it(pass_: str, now: datetime) -> None:
    cookie = kept(guests.bind(at(pass_, now), browser(), now))
    again = at(pass_, now, cookie)
    assert again.bound
    assert guests.bind(again, browser(cookie), now) == []
    for foreign in ('', 'weilin_guest=' + 'b' * 43, 'weilin_guest='):
        with pytest.raises(Foreign):
            there(pass_, now, foreign)


def test_a_browser_keeps_its_cookie_for_further_links(pass_: str, now: datetime) -> None:
    cookie = kept(guests.bind(at(pass_, now), browser(), now))
    further = guests.link(ID, 'book', now)
    assert kept(guests.bind(at(further, now, cookie), browser(cookie), now)) == cookie
    assert at(pass_, now, cookie).bound
    assert at(further, now, cookie).bound


def test_two_taps_before_there_is_a_cookie_are_one_browser(pass_: str, now: datetime) -> None:
    guest = at(pass_, now)
    form = guests.form_token(guest, now)
    first, second = (kept(guests.bind(guest, browser(form=form), now)) for _ in range(2))
    assert first == second
    assert at(pass_, now, first).bound


def test_of_browsers_that_post_at_the_same_time_exactly_one_owns_it(pass_: str, now: datetime) -> None:
    guest = at(pass_, now)
    tokens = [guests.form_token(guest, now) for _ in range(8)]

    def post(form: str) -> str:
        try:
            return kept(guests.bind(guest, browser(form=form), now))
        except Foreign:
            return ''

    with ThreadPoolExecutor(8) as pool:
        won = [cookie for cookie in pool.map(post, tokens) if cookie]
    assert len(won) == 1
    assert at(pass_, now, won[0]).bound


def test_all_that_was_given_until_now_can_be_ended(pass_: str, now: datetime) -> None:
    hers = guests.link(f'{ACCOUNT}#{OTHER}', 'book', now)
    guests.end_all(ID, now + SECOND)
    assert there(pass_, now + SECOND) is None
    assert there(guests.link(ID, 'book', now + 2 * SECOND), now + 2 * SECOND)
    assert [row.key.partition('#')[0] for row in GuestLink.scan()] == ['ended']
    assert vouchers.read(hers, 'link#book', guests.LINK_LASTS, now)


def test_whoever_has_left_or_never_came_has_no_page(door: Door, pass_: str, now: datetime) -> None:
    assert there(guests.link(f'{ACCOUNT}#{OTHER}', 'book', now), now) is None
    door.event('unsubscribe')
    assert there(pass_, now) is None


def test_a_form_is_good_for_its_guest_and_two_hours(pass_: str, now: datetime) -> None:
    guest = at(pass_, now)
    form = {'form': guests.form_token(guest, now)}
    once = guests.checked(form, guest, now)
    assert once
    assert once == guests.checked(form, guest, now + guests.FORM_LASTS - SECOND)
    assert guests.checked(form, guest, now + guests.FORM_LASTS) is None
    assert once != guests.checked({'form': guests.form_token(guest, now)}, guest, now)
    assert guests.checked(form, at(guests.link(ID, 'book', now), now), now) is None


@pytest.mark.parametrize('form', ['', 'x' * 10_000, f'{"0" * 32}-1795443000-{"0" * 64}'])
def test_a_form_of_nobody_is_none(pass_: str, now: datetime, form: str) -> None:
    guest = at(pass_, now)
    assert guests.checked({'form': form}, guest, now) is None
    assert guests.checked({}, guest, now) is None


def test_rows_hold_hashes_and_go_after_a_day(pass_: str, now: datetime) -> None:
    cookie = kept(guests.bind(at(pass_, now), browser(), now))
    guests.end_all(ID, now)
    rows = list(GuestLink.scan())
    assert len(rows) == 2
    assert {row.forget_at for row in rows} == {(now + timedelta(days=1)).replace(microsecond=0)}
    held = str([row.attribute_values for row in rows])
    for secret in (RESIDENT, pass_, cookie.partition('=')[2]):
        assert secret not in held


def test_nothing_of_her_stands_in_the_log(pass_: str, now: datetime) -> None:
    with written(logging.INFO) as log:
        guest = at(pass_, now)
        cookie = kept(guests.bind(guest, browser(), now))
        with pytest.raises(Foreign):
            there(pass_, now)
        guests.end_all(ID, now)
        there(pass_, now, cookie)
        logging.getLogger('weilin').info('callback received')
    (line,) = log.lines
    assert line['resident'] == pseudonym.short(ID)
    for secret in (RESIDENT, pass_, cookie.partition('=')[2]):
        assert secret not in ''.join(log.text)
