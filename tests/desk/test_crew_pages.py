"""班组: hours and people of a company's crews, by its own lead or dispatcher."""

from collections.abc import Callable

import pytest

from chalicelib.alliance import actions as alliance
from chalicelib.alliance import audit
from chalicelib.alliance.records import Member, Unit
from chalicelib.services.records import Crew, Item
from tests.desk.conftest import HOME, Browser
from tests.desk.test_service_pages import ticked
from tests.services.conftest import COMPANY, DISTRICT, OTHER, crew, item

SignIn = Callable[[str], Browser]
PATH = '/desk/crews/a-1'


@pytest.fixture(autouse=True)
def companies(alliance: None) -> None:
    for id in (COMPANY, OTHER):
        Unit(id, name=f'示例{id}', kind='partner', parent=DISTRICT).save()
    item().save()
    crew(members=['shifu']).save()
    crew('b-1', unit=OTHER, name='乙一组').save()
    for id, name, roles, unit in (
        ('diaodu', '吴调', ['dispatcher'], COMPANY),
        ('shifu', '郑师傅', ['crew'], COMPANY),
        ('xinlai', '新师傅', ['crew'], COMPANY),
        ('beijia', '乙师傅', ['crew'], OTHER),
    ):
        Member(id, name=name, state='active', units=[unit], roles=roles).save()


@pytest.fixture
def dispatcher(sign_in: SignIn) -> Browser:
    return sign_in('diaodu')


def test_a_dispatcher_sees_the_own_companys_crews_only(dispatcher: Browser) -> None:
    page = dispatcher.get('/desk/crews')
    assert '甲一组' in page.text
    assert '郑师傅' in page.text
    assert '乙一组' not in page.text
    assert page.links['班组'] == '/desk/crews'
    dispatcher.get('/desk/crews/b-1', 403)
    dispatcher.get('/desk/crews/nothing', 403)


@pytest.mark.parametrize(('unit', 'roles'), ((COMPANY, ['crew']), (HOME, ['clerk']), (OTHER, ['dispatcher', 'lead'])))
def test_nobody_else_changes_them(sign_in: SignIn, unit: str, roles: list[str]) -> None:
    Member('other', name='别人', state='active', units=[unit], roles=roles).save()
    alliance.forget()
    browser = sign_in('other')
    browser.get(PATH, 403)
    csrf = next(form for form in browser.get('/desk').forms if 'csrf' in form.fields).fields['csrf']
    browser.post(PATH, 403, csrf=csrf, seen='1', work='1 08:00-09:00', buffer_minutes='0')
    assert Crew.get('a-1').work == crew().work


def test_a_lead_of_the_company_may_as_well(sign_in: SignIn) -> None:
    Member('lead', name='负责', state='active', units=[COMPANY], roles=['lead']).save()
    alliance.forget()
    assert '甲一组' in sign_in('lead').get('/desk/crews').text


def test_hours_days_and_people_are_saved_and_written_down(dispatcher: Browser) -> None:
    form = ticked(dispatcher.get(PATH)) | {
        'work': '1-5  ０９：00-12:00；6 09:00-11:30', 'off_days': '2026年12月1日、2026-12-02',
        'extra_days': '2026-12-06', 'buffer_minutes': '45', 'on_holidays': '1', 'm.xinlai': '1', 'm.beijia': '1',
    }  # fmt: skip
    page = dispatcher.post(PATH, **form)
    assert '已保存' in page.text
    stored = Crew.get('a-1')
    assert (stored.work, stored.buffer_minutes) == ('1-5 09:00-12:00;6 09:00-11:30', 45)
    assert (stored.off_days, stored.extra_days) == (['2026-12-01', '2026-12-02'], ['2026-12-06'])
    assert stored.on_holidays
    assert sorted(stored.members) == ['shifu', 'xinlai']  # nobody of another company, whatever was sent
    (change,) = audit.latest(COMPANY, 9)
    assert change.by_name == '吴调'
    assert change.did.startswith('班组：甲一组：工作时间 1-6 08:30-12:00 13:00-18:00 → 1-5 09:00-12:00;6 09:00-11:30')


@pytest.mark.parametrize(
    ('typed', 'field', 'said'),
    (
        ({'work': '早上八点到晚上'}, 'work', '时间没有看懂'),
        ({'work': ''}, 'work', '不能空着'),
        ({'work': '1-5 09:00-12:00 shifu'}, 'work', '时间没有看懂'),
        ({'off_days': '2026-02-30'}, 'off_days', '不是日期'),
        ({'off_days': '2026-12-01', 'extra_days': '2026-12-01'}, 'extra_days', '也写在了休息的日子里'),
        ({'buffer_minutes': '20'}, 'buffer_minutes', '15 的整数倍'),
        ({'buffer_minutes': '半小时'}, 'buffer_minutes', '0 到 120 之间的整数'),
    ),
)
def test_what_cannot_be_used_is_said_and_kept(
    dispatcher: Browser, typed: dict[str, str], field: str, said: str
) -> None:
    before = Crew.get('a-1').serialize()
    page = dispatcher.post(PATH, 422, **(ticked(dispatcher.get(PATH)) | typed))
    assert said in page.text
    assert any(values.get('id') == f'wrong-{field}' for _, values in page.tags)
    assert all(value in page.html for value in typed.values())
    assert page.silent == []
    assert page.repeated_ids == []
    assert Crew.get('a-1').serialize() == before


def test_who_was_slower_is_told(dispatcher: Browser) -> None:
    form = ticked(dispatcher.get(PATH))
    dispatcher.post(PATH, **(form | {'buffer_minutes': '60'}))
    page = dispatcher.post(PATH, 409, **(form | {'buffer_minutes': '15'}))
    assert '有同事刚改过' in page.text
    assert Crew.get('a-1').buffer_minutes == 60


def test_a_withdrawn_item_does_not_stand_in_the_way(dispatcher: Browser) -> None:
    """The crew still names it; hours can be saved all the same."""
    Crew.get('a-1').update(actions=[Crew.items.set(['baojie'])])
    Item.get('baojie').update(actions=[Item.state.set('withdrawn')])
    assert '已保存' in dispatcher.post(PATH, **(ticked(dispatcher.get(PATH)) | {'buffer_minutes': '15'})).text
