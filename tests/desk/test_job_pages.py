"""A company's jobs: its own only, whom they are for from the yes until it is done, and every button safe to press."""

from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.alliance import actions as alliance
from chalicelib.alliance.records import Member
from chalicelib.bookings import rules
from chalicelib.privacy import actions as privacy
from tests.bookings.shop import FIRST, RESIDENT, SATURDAY
from tests.desk.conftest import Browser
from tests.desk.jobs import SECRETS, Town

PHOTO = Path(__file__).parent.parent / 'fixtures' / 'media' / 'photo.jpg'


@pytest.fixture
def dispatcher(town: Town) -> Browser:
    return town.sign_in('diaodu')


def test_from_the_list_to_done(town: Town, dispatcher: Browser) -> None:
    number = town.book()
    listed = dispatcher.get('/jobs')
    assert '1 单等您接' in listed.text
    assert '日常保洁（2 小时）' in listed.text
    assert f'/jobs/{number}' in listed.links.values()
    page = dispatcher.get(f'/jobs/{number}')
    page = dispatcher.submit(page, '接单', crew=f'{FIRST}-1')
    assert '已接单' in page.text
    assert town.job(number).state == rules.CONFIRMED
    town.clock(SATURDAY - timedelta(minutes=5))
    crew = town.sign_in('laozhou')
    page = crew.submit(crew.get(f'/jobs/{number}'), '到达')
    assert town.job(number).state == rules.ARRIVED
    town.clock(SATURDAY + timedelta(hours=2))
    crew.submit(page, '完成')
    assert town.job(number).state == rules.DONE


def test_nobody_is_shown_before_the_yes_nor_after_it_is_done(town: Town, dispatcher: Browser) -> None:
    number = town.book()
    before = dispatcher.get(f'/jobs/{number}')
    assert not any(secret in before.html for secret in SECRETS)
    assert '仙游路社区' in before.text
    assert privacy.reads_of(RESIDENT, 9) == []
    during = dispatcher.submit(before, '接单', crew=f'{FIRST}-1')
    assert all(secret in during.html for secret in SECRETS)
    assert during.links['打电话 138 0000 0009'] == 'tel:13800000009'
    town.clock(SATURDAY)
    again = town.sign_in('diaodu')
    after = again.submit(again.submit(again.get(f'/jobs/{number}'), '到达'), '完成')
    assert not any(secret in after.html for secret in SECRETS)
    assert '不再显示' in after.text


def test_every_look_at_her_is_written_down(town: Town) -> None:
    number = town.accepted()
    town.sign_in('laozhou').get(f'/jobs/{number}')
    (read,) = privacy.reads_of(RESIDENT, 9)
    assert (read.member_name, read.unit_name) == ('老周', '甲家政')


def test_where_a_look_cannot_be_written_down_nothing_is_shown(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    number = town.accepted()

    def fails(*_: object) -> None:
        raise RuntimeError('no store')

    monkeypatch.setattr(privacy, 'log_read', fails)
    answer = town.sign_in('diaodu').answer(f'/jobs/{number}')
    assert answer.status_code == 500
    assert not any(secret in answer.body.decode() for secret in SECRETS)


@pytest.mark.parametrize('who', ['yidiao', 'wangmin', 'xiaosun'])
def test_a_job_of_others_is_not_to_be_found(town: Town, who: str) -> None:
    """Of another company, a clerk's, another crew's."""
    number = town.accepted()
    browser = town.sign_in(who)
    for path in ('', '/photo', f'/photo/{"a" * 32}'):
        answer = browser.answer(f'/jobs/{number}{path}')
        assert answer.status_code == 404
        assert not any(secret in answer.body.decode() for secret in SECRETS)
    form = town.sign_in('diaodu').get(f'/jobs/{number}').pressed('转给别的公司', {})[1]
    own = browser.get(f'/desk/unit/m/{who}').forms[0].fields['csrf']
    browser.post(f'/jobs/{number}', 404, **{**form, 'csrf': own, 'reason': '不想去'})
    assert town.job(number).state == rules.CONFIRMED


def test_who_has_nothing_to_do_with_jobs_is_told_so(town: Town) -> None:
    clerk = town.sign_in('wangmin')
    for path in ('/jobs', '/jobs/figures', '/jobs/crews', '/jobs/sheet'):
        clerk.get(path, 403)
    assert '服务单' not in clerk.get('/desk').links


def test_a_crew_sees_its_own_jobs_and_may_only_serve(town: Town) -> None:
    number = town.accepted()
    assert '没有服务单' in town.sign_in('xiaosun').get('/jobs').text
    crew = town.sign_in('laozhou')
    listed = crew.get('/jobs')
    assert number in listed.text
    assert '班组日历' not in listed.links
    assert list(listed.links)[1:3] == ['服务单', '我的休假']
    page = crew.get(f'/jobs/{number}')
    assert not {'接单', '派人', '换人', '转给别的公司', '不接'} & {name for form in page.forms for name in form.buttons}
    fields = {'csrf': page.forms[0].fields['csrf'], 'at': f'{SATURDAY.timestamp():.0f}'}
    crew.post(f'/jobs/{number}', do='give_up', reason='累了', **fields)
    crew.post(f'/jobs/{number}', do='assign', crew=f'{FIRST}-2', **fields)
    assert (town.job(number).state, town.job(number).crew) == (rules.CONFIRMED, f'{FIRST}-1')
    for path in ('/jobs/figures', '/jobs/crews'):
        crew.get(path, 403)


def test_a_crew_sees_nothing_that_its_company_has_not_accepted(town: Town) -> None:
    number = town.book()
    crew = town.sign_in('laozhou')
    assert number not in crew.get('/jobs').text
    crew.get(f'/jobs/{number}', 404)


def test_who_leads_the_company_dispatches(town: Town) -> None:
    number = town.book()
    lead = town.sign_in('lingdao')
    assert '已接单' in lead.submit(lead.get(f'/jobs/{number}'), '接单', crew=f'{FIRST}-1').text


def test_a_stand_in_has_the_jobs_while_the_leave_lasts(town: Town) -> None:
    number = town.accepted()
    away = Member.get('diaodu')
    away.leave_from, away.leave_until, away.stand_in = '2026-11-23', '2026-11-24', 'wangmin'
    away.save()
    alliance.forget()
    stand_in = town.sign_in('wangmin')
    assert '王阿姨' in stand_in.get(f'/jobs/{number}').text
    assert '服务单' in stand_in.get('/desk').links
    town.clock(town.now + timedelta(days=2))
    town.sign_in('wangmin').get(f'/jobs/{number}', 404)


def test_members_of_companies_land_on_their_jobs(town: Town, dispatcher: Browser) -> None:
    page = dispatcher.get('/desk')
    assert page.path == '/jobs'
    assert '等待答复' in dispatcher.get(page.links['等待答复']).text


def test_the_list_has_what_presses_first_then_today_and_the_week(town: Town, dispatcher: Browser) -> None:
    far, near = town.book(SATURDAY + timedelta(days=5), 'form-2'), town.accepted()
    request = town.request()
    page = dispatcher.get('/jobs')
    order = [word for word in page.text.split() if word in (far, near, request)]
    assert sorted(order[:2]) == sorted([far, request])
    assert order[2:] == [near]
    assert '2 单等您接' in page.text
    assert '今日 11月23日（周一）' in page.text
    assert '11月28日（周六） 1 单' in page.text
    assert '一周以后还有 1 单' in page.text
    other = dispatcher.get('/jobs?day=2026-12-03')
    assert far in other.text
    assert near not in other.text
    assert '今日' in dispatcher.get('/jobs?day=2026-13-99').text


def test_what_is_late_to_be_accepted_is_red_and_said_in_words(town: Town, dispatcher: Browser) -> None:
    number = town.book()
    town.clock(town.job(number).due_at + timedelta(minutes=1))
    page = town.sign_in('diaodu').get('/jobs')
    assert '接单时间已过' in page.text
    assert page.all('span', 'late')


def test_every_page_can_be_listened_to_and_walked_through(town: Town, dispatcher: Browser) -> None:
    offered, request = town.book(SATURDAY + timedelta(days=2), 'form-2'), town.request()
    later = town.book(once='form-3')
    yes = dispatcher.submit(dispatcher.get(f'/jobs/{later}'), '接单', crew='later')
    paths = ('/jobs', '/jobs/crews', '/jobs/figures', '/jobs/sheet?day=2026-11-28', f'/jobs/{offered}')
    refused = dispatcher.submit(dispatcher.get(f'/jobs/{request}'), '报价', 422, yuan='x')
    for page in (yes, refused, *map(dispatcher.get, paths)):
        assert len(page.all('h1')) == 1, page.path
        assert page.repeated_ids == [], page.path
        assert page.silent == [], page.path
        assert page.links['跳到正文'] == '#main', page.path
        assert all(page.links), page.path


def test_what_was_typed_cannot_become_markup(town: Town, dispatcher: Browser) -> None:
    number = town.request('<b>票</b>')
    page = dispatcher.submit(dispatcher.get(f'/jobs/{number}'), '报价', 422, yuan='"><i>', words='<u>')
    assert not any(tag in page.html for tag in ('<i>', '<u>', '<b>票'))
    assert '<b>票</b>' in page.text
