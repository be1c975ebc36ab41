"""服务目录: a publisher of the district edits it, nobody else; nobody writes over a colleague."""

from collections.abc import Callable

import pytest

from chalicelib.alliance import actions as alliance
from chalicelib.alliance import audit
from chalicelib.alliance.records import Member, Unit
from chalicelib.services import actions
from chalicelib.services.records import Category, Item
from tests.desk.conftest import HOME, Browser
from tests.desk.reading import Page
from tests.services.conftest import COMPANY, DISTRICT, OTHER, item, option

SignIn = Callable[[str], Browser]
PATH = '/desk/services/baojie'


@pytest.fixture(autouse=True)
def catalogue(alliance: None) -> None:
    for id in (COMPANY, OTHER):
        Unit(id, name=f'示例{id}', kind='partner', parent=DISTRICT).save()
    Category('cleaning', order=10, name='家政保洁', picture='service-cleaning').save()
    Category('errand', order=20, name='代办').save()
    item(sample=True, options=[option(), option(id='4h', name='4 小时', minutes=240, price=None, ceiling=None)]).save()
    item('gone', name='旧服务', state='withdrawn').save()
    quick = option(id='one', name='一张', minutes=None, price=500, ceiling=1000)
    item('piao', category='errand', name='车票', form='request', step_minutes=0, options=[quick]).save()
    actions.forget()


@pytest.fixture
def publisher(sign_in: SignIn) -> Browser:
    Member('fabu', name='周发', state='active', units=[DISTRICT], roles=['publisher']).save()
    alliance.forget()
    return sign_in('fabu')


def ticked(page: Page) -> dict[str, str]:
    """The form as a browser would send it, boxes included."""
    form = next(form for form in page.forms if '保存' in form.buttons)
    return form.fields | form.chosen


def test_the_list_shows_what_is_a_sample_and_what_is_withdrawn(publisher: Browser) -> None:
    page = publisher.get('/desk/services')
    assert '日常保洁 示例 2 小时 90 元/次，最多 120 元；4 小时 面议 按时间预约，上门' in page.text
    assert '旧服务 已下架' in page.text
    assert '车票' in page.text
    assert [each['src'].partition('?')[0] for each in page.all('img')] == ['/static/service-cleaning.svg']
    assert page.links['服务目录'] == '/desk/services'
    assert publisher.answer(page.all('img')[0]['src']).headers['Content-Type'] == 'image/svg+xml'


@pytest.mark.parametrize(
    ('units', 'roles'),
    (([DISTRICT], ['clerk', 'lead', 'approver', 'district_admin']), ([HOME], ['publisher']), ([], ['publisher'])),
)
def test_nobody_else_sees_or_changes_it(sign_in: SignIn, units: list[str], roles: list[str]) -> None:
    Member('other', name='别人', state='active', units=units, roles=roles).save()
    alliance.forget()
    browser = sign_in('other')
    assert '服务目录' not in browser.get('/desk').links
    browser.get('/desk/services', 403)
    browser.get(PATH, 403)
    form = dict.fromkeys(('name', 'description'), '改了') | {'seen': '1', 'state': 'withdrawn'}
    csrf = next(form for form in browser.get('/desk').forms if 'csrf' in form.fields).fields['csrf']
    browser.post(PATH, 403, csrf=csrf, **form)
    assert Item.get('baojie').name == '日常保洁'


def test_what_is_saved_is_kept_and_written_down(publisher: Browser) -> None:
    form = ticked(publisher.get(PATH)) | {
        'name': '日常　保洁', 'options.2h.price': '８５.5', 'options.2h.ceiling': '110 元', 'options.4h.price': '160',
        'lead_minutes': '120', 'state': 'withdrawn',
    }  # fmt: skip
    del form['sample']
    page = publisher.post(PATH, **form)
    assert '已保存' in page.text
    stored = Item.get('baojie')
    assert (stored.name, stored.lead_minutes, stored.state, stored.sample) == ('日常 保洁', 120, 'withdrawn', False)
    assert [(each.price, each.ceiling) for each in stored.options] == [(8550, 11000), (16000, None)]
    (change,) = audit.latest(DISTRICT, 9)
    assert (change.by_name, change.by) == ('周发', 'fabu')
    assert change.did.startswith('服务目录：日常保洁：名称 日常保洁 → 日常 保洁；')
    assert '价格（2 小时） 90 → 85.50；最高价（2 小时） 120 → 110；价格（4 小时） 面议 → 160' in change.did
    assert '状态 提供 → 已下架；示例 是 → 否' in change.did
    assert '价格（2 小时） 90 → 85.50' in page.text


def test_the_same_again_changes_nothing(publisher: Browser) -> None:
    before = Item.get('baojie').serialize()
    assert '没有改动' in publisher.post(PATH, **ticked(publisher.get(PATH))).text
    assert Item.get('baojie').serialize() == before
    assert audit.latest(DISTRICT, 9) == []


@pytest.mark.parametrize(
    ('typed', 'field', 'said'),
    (
        ({'options.2h.price': '九十'}, 'options.2h.price', '请写 0 到 20000 之间的金额'),
        ({'options.2h.price': '-5'}, 'options.2h.price', '请写 0 到 20000 之间的金额'),
        ({'options.2h.price': '90.999'}, 'options.2h.price', '请写 0 到 20000 之间的金额'),
        ({'options.2h.ceiling': '80'}, 'options.2h.ceiling', '最高价不能低于价格。'),
        ({'options.2h.minutes': '50'}, 'options.2h.minutes', '要是 15 的整数倍。'),
        ({'options.2h.minutes': ''}, 'options.2h.minutes', '要写用时'),
        ({'options.2h.name': '4 小时'}, 'options', '「4 小时」写了两次。'),
        ({'name': ''}, 'name', '这一项不能空着。'),
        ({'description': '长' * 301}, 'description', '最多 300 个字。'),
        ({'horizon_days': '90'}, 'horizon_days', '请写 1 到 60 之间的整数。'),
        ({'cancel_hours': '很久'}, 'cancel_hours', '请写 0 到 168 之间的整数。'),
        ({'state': 'gone'}, 'state', '只能是'),
    ),
)
def test_what_cannot_be_used_is_said_at_its_field_and_kept(
    publisher: Browser, typed: dict[str, str], field: str, said: str
) -> None:
    before = Item.get('baojie').serialize()
    page = publisher.post(PATH, 422, **(ticked(publisher.get(PATH)) | typed | {'prepare': '我写了很久的话'}))
    assert said in page.text
    assert any(values.get('id') == f'wrong-{field}' for _, values in page.tags)
    assert '我写了很久的话' in page.html
    assert all(value in page.html for value in typed.values() if value != 'gone')
    assert Item.get('baojie').serialize() == before


def test_two_publishers_do_not_write_over_each_other(publisher: Browser) -> None:
    mine = ticked(publisher.get(PATH)) | {'options.2h.price': '88'}
    publisher.post(PATH, **(ticked(publisher.get(PATH)) | {'options.2h.price': '99'}))
    page = publisher.post(PATH, 409, **mine)
    assert '有同事刚改过' in page.text
    assert '价格（2 小时） 90 → 99' in page.text
    assert ticked(page)['options.2h.price'] == '88'
    assert Item.get('baojie').options[0].price == 9900
    assert '已保存' in publisher.post(PATH, **ticked(page)).text  # looked at, and saved knowingly
    assert Item.get('baojie').options[0].price == 8800


def test_an_item_by_request_has_no_minutes(publisher: Browser) -> None:
    page = publisher.get('/desk/services/piao')
    assert 'options.one.minutes' not in ticked(page)
    publisher.post('/desk/services/piao', **(ticked(page) | {'options.one.price': '6'}))
    assert (Item.get('piao').options[0].price, Item.get('piao').options[0].minutes) == (600, None)


@pytest.mark.parametrize('id', ('nothing', 'A.b', 'x' * 3000))
def test_what_is_not_there_is_not_found(publisher: Browser, id: str) -> None:
    publisher.get(f'/desk/services/{id}', 404)


def test_the_pages_can_be_listened_to(publisher: Browser) -> None:
    wrong = publisher.post(PATH, 422, **(ticked(publisher.get(PATH)) | {'options.2h.price': 'x', 'name': ''}))
    for page in (publisher.get('/desk/services'), publisher.get(PATH), wrong):
        assert page.repeated_ids == []
        assert page.silent == []
        assert len(page.all('h1')) == 1
