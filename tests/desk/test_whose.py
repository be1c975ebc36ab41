"""Whose it is, on the pages: taken, found again among one's own, taken from below, given back."""

from collections.abc import Callable

import pytest

from chalicelib.alliance import actions as alliance
from chalicelib.alliance.records import Member
from chalicelib.inbox import actions as inbox
from chalicelib.inbox.records import Conversation
from tests.desk.conftest import HOME, NEIGHBOUR, RESIDENT, STREET, Browser, Writer

SignIn = Callable[[str], Browser]
ID = f'{HOME}#{RESIDENT}'


@pytest.fixture
def ref(residents: Writer) -> str:
    return residents.write(text='灯坏了')


def found() -> Conversation:
    conversation = inbox.conversation(ID)
    assert conversation
    return conversation


def test_what_one_has_taken_is_found_among_ones_own(clerk: Browser, residents: Writer, ref: str) -> None:
    residents.write(text='另一位', openid='oResident000000000000000002')
    assert '只看我接手的' not in clerk.get('/desk').text
    page = clerk.submit(clerk.get(f'/desk/c/{ref}'), '已接手，我来办')
    assert '王敏已接手' in page.text
    assert '已接手，我来办' not in [button for form in page.forms for button in form.buttons]
    mine = clerk.get(clerk.get('/desk').links['只看我接手的（1）'])
    assert '灯坏了' in mine.text
    assert '另一位' not in mine.text


def test_a_colleague_sees_who_has_it_and_may_take_it_over(clerk: Browser, sign_in: SignIn, ref: str) -> None:
    clerk.submit(clerk.get(f'/desk/c/{ref}'), '已接手，我来办')
    colleague = sign_in('liqiang')
    assert '王敏已接手' in colleague.get('/desk').text
    colleague.submit(colleague.get(f'/desk/c/{ref}'), '王敏已接手，改由我来办')
    assert found().taken_name == '李强'


def test_taking_on_an_old_page_is_refused_and_says_who_was_faster(clerk: Browser, sign_in: SignIn, ref: str) -> None:
    old, colleague = clerk.get(f'/desk/c/{ref}'), sign_in('liqiang')
    colleague.submit(colleague.get(f'/desk/c/{ref}'), '已接手，我来办')
    page = clerk.submit(old, '已接手，我来办', 409)
    assert '李强' in page.text
    assert found().taken_name == '李强'


def test_the_street_reads_and_takes_from_below(sign_in: SignIn, ref: str) -> None:
    Member('below', name='刘洋', state='active', units=[STREET], roles=['clerk']).save()
    alliance.forget()
    street = sign_in('below')
    page = street.get(f'/desk/c/{ref}')
    assert '请先接过来' in page.text
    assert '回复居民' not in page.text
    street.submit(page, '由金湖路街道接过来办')
    assert '回复居民' in street.get(f'/desk/c/{ref}').text
    assert '灯坏了' in street.get('/desk').text


def test_what_was_handed_over_is_given_back_with_whose_it_is(clerk: Browser, sign_in: SignIn, ref: str) -> None:
    clerk.submit(clerk.get(f'/desk/c/{ref}'), '转交', unit=NEIGHBOUR, reason='在那边')
    Member('next', name='邻居', state='active', units=[NEIGHBOUR], roles=['clerk']).save()
    alliance.forget()
    other = sign_in('next')
    page = other.get(f'/desk/c/{ref}')
    assert '仙游路社区转来' in page.text
    again = other.submit(page, '退回', 422, unit='', reason='不是')
    assert '归哪个单位' in again.text
    other.submit(again, '退回', unit=HOME, reason='在仙游路')
    assert '退回：在仙游路。认为归仙游路社区' in clerk.get(f'/desk/c/{ref}').text
    assert found().waiting_unit == HOME
