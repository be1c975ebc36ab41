"""A clerk sees who a resident is and where, notes it as unverified, and corrects where she lives."""

from collections.abc import Callable

import pytest

from chalicelib.alliance import actions as alliance
from chalicelib.alliance.records import Unit
from chalicelib.inbox import actions as inbox
from chalicelib.inbox.records import Conversation, Message
from chalicelib.residents import actions as residents
from chalicelib.residents.records import Resident
from tests.desk.conftest import FAR, HOME, NEIGHBOUR, RESIDENT, STREET, Browser, Writer

SignIn = Callable[[str], Browser]
ID = f'{HOME}#{RESIDENT}'
TOLD = {'name': '王阿姨', 'building': '3 号楼', 'door': '501', 'phone': '0532 8588 0000'}


@pytest.fixture
def ref(residents: Writer) -> str:
    return residents.write(text='灯坏了')


def conversation() -> Conversation:
    found = inbox.conversation(ID)
    assert found
    return found


def own_page(clerk: Browser, ref: str) -> str:
    return clerk.get(f'/desk/c/{ref}').links['登记是谁、住在哪里']


def test_what_a_clerk_notes_is_unverified_until_she_says_it(clerk: Browser, ref: str) -> None:
    page = clerk.get(own_page(clerk, ref))
    shown = clerk.submit(page, '保存', **TOLD)
    assert '标作未核实' in shown.text
    assert '称呼 王阿姨（未核实）' in shown.text
    assert '未核实，王敏 2026-11-23 记' in clerk.get(own_page(clerk, ref)).text
    found = conversation()
    residents.tell(found, {**TOLD, 'phone': ''}, None, found.last_at)
    shown = clerk.get(f'/desk/c/{ref}')
    assert '称呼 王阿姨（本人填写）' in shown.text
    assert TOLD['phone'] not in shown.text


def test_a_clerk_s_note_leaves_what_she_said_herself(clerk: Browser, ref: str) -> None:
    found = conversation()
    residents.tell(found, TOLD, None, found.last_at)
    clerk.submit(clerk.get(own_page(clerk, ref)), '保存', door='502')
    row = Resident.get(ID)
    assert (row.name['by'], row.door['by'], row.door['text']) == ('herself', 'wangmin', '502')


def test_too_long_comes_back(clerk: Browser, ref: str) -> None:
    again = clerk.submit(clerk.get(own_page(clerk, ref)), '保存', 422, **{**TOLD, 'phone': '不知道'})
    assert '「电话」请写' in again.text
    assert not list(Resident.scan())


def test_where_she_lives_is_corrected_once_with_a_line(sign_in: SignIn, clerk: Browser, ref: str) -> None:
    found = conversation()
    residents.tell(found, TOLD, None, found.last_at)
    page = clerk.get(own_page(clerk, ref))
    for _ in range(2):
        shown = clerk.submit(page, '改居住地', unit=FAR)
    assert '住在 云霄路社区（工作人员更正）' in shown.text
    assert [line.text for line in Message.query(ID) if line.kind == 'home'] == ['居住地改为云霄路社区']
    now = conversation()
    assert (now.home_unit, now.home_by, now.unit, now.waiting_unit) == (FAR, 'clerk', HOME, HOME)
    assert Resident.get(ID).unit == FAR
    assert '灯坏了' in sign_in('zhaofar').get(f'/desk/c/{ref}').text


@pytest.mark.parametrize('unit', ['', 'nonsense', STREET])
def test_only_a_community_can_be_home(clerk: Browser, ref: str, unit: str) -> None:
    assert '请选一个社区' in clerk.submit(clerk.get(own_page(clerk, ref)), '改居住地', 422, unit=unit).text
    assert conversation().home_by == 'account'


def test_a_place_in_another_community_is_a_hint_and_moves_nothing(clerk: Browser, residents: Writer) -> None:
    Unit.get(NEIGHBOUR).update([Unit.points.set([[120.3880, 36.0680, 'invented']])])
    Unit.get(HOME).update([Unit.points.set([[120.3790, 36.0668, 'invented']])])
    alliance.forget()
    residents.write('location', Location_X='36.0680', Location_Y='120.3880', Label='那边')
    ref = residents.write('location', Location_X='36.0668', Location_Y='120.3790', Label='这边')
    page = clerk.get(f'/desk/c/{ref}')
    assert page.text.count('位置在如东路社区附近') == 1
    assert '位置在仙游路社区附近' not in page.text
    assert conversation().waiting_unit == HOME


def test_a_page_of_all_communities_stays_small(clerk: Browser, ref: str) -> None:
    from ops import seed

    with Unit.batch_write() as kept:
        for unit in seed.units(seed.SHINAN):
            kept.save(unit)
    alliance.forget()
    assert len(clerk.get(own_page(clerk, ref)).html.encode()) < 30_000


def test_who_has_told_nothing_costs_no_read(clerk: Browser, ref: str) -> None:
    from tests.store_faults import Wire

    clerk.get(f'/desk/c/{ref}')
    wire = Wire()
    clerk.get(f'/desk/c/{ref}')
    asked = sum(wire.sent.values())
    found = conversation()
    residents.tell(found, TOLD, None, found.last_at)
    wire.sent.clear()
    clerk.get(f'/desk/c/{ref}')
    assert sum(wire.sent.values()) == asked + 1
