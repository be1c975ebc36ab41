"""Every button of a job: what it does, what it refuses, and that a second tap does nothing."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from chalicelib.bookings import rules, serving, steps
from chalicelib.bookings.actions import Booker, do
from chalicelib.desk import job_acting
from chalicelib.inbox import objects
from chalicelib.privacy import actions as privacy
from tests.bookings.shop import DAUGHTER, FIRST, RESIDENT, SATURDAY, SECOND
from tests.desk.conftest import Browser
from tests.desk.jobs import ME, Town
from tests.desk.reading import Page
from tests.desk.selling import DISPATCHER
from tests.door import HOME

PHOTO = Path(__file__).parent.parent / 'fixtures' / 'media' / 'photo.jpg'


@pytest.fixture
def dispatcher(town: Town) -> Browser:
    return town.sign_in('diaodu')


def test_a_second_tap_changes_nothing_and_says_how_it_stands(town: Town, dispatcher: Browser) -> None:
    number = town.book()
    page = dispatcher.get(f'/jobs/{number}')
    dispatcher.submit(page, '接单', crew=f'{FIRST}-1')
    version = town.job(number).version
    again = dispatcher.submit(page, '接单', crew=f'{FIRST}-1')
    assert '没有再办一次' in again.text
    assert '已派人' in again.text
    assert town.job(number).version == version


def test_too_late_it_is_another_companys(town: Town, dispatcher: Browser) -> None:
    number = town.book()
    page = dispatcher.get(f'/jobs/{number}')
    due_at = town.job(number).due_at
    do(lambda: serving.time_out(town.job(number), due_at))
    assert town.job(number).partner == SECOND
    late = dispatcher.submit(page, '接单', 404, crew=f'{FIRST}-1')
    assert '已经不归您公司' in late.text
    assert '已经不归您公司' in dispatcher.get(f'/jobs/{number}', 404).text
    assert number not in dispatcher.get('/jobs').text


def test_what_was_moved_meanwhile_is_shown_before_it_is_accepted(town: Town, dispatcher: Browser) -> None:
    number = town.book()
    page = dispatcher.get(f'/jobs/{number}')
    do(lambda: steps.move(number, SATURDAY + timedelta(days=1), ME, town.now))
    moved = dispatcher.submit(page, '接单', 409, crew=f'{FIRST}-1')
    assert '居民改了时间' in moved.text
    assert '11月29日' in moved.text or '周日' in moved.text
    assert town.job(number).state == rules.OFFERED
    dispatcher.submit(moved, '接单', crew=f'{FIRST}-1')
    assert town.job(number).state == rules.CONFIRMED


def test_only_crews_that_are_free_can_be_chosen(town: Town, dispatcher: Browser) -> None:
    taken = town.accepted(f'{FIRST}-2', once='form-7', booker=Booker(DAUGHTER, HOME, 'oauth'))
    assert town.job(taken).crew == f'{FIRST}-2'
    number = town.book()
    page = dispatcher.get(f'/jobs/{number}')
    assert [values['value'] for values in page.all('option')] == [f'{FIRST}-1', 'later']
    refused = dispatcher.submit(page, '接单', 422, crew=f'{FIRST}-2')
    assert '请选一个这个时间有空的班组' in refused.text
    assert town.job(number).state == rules.OFFERED
    foreign = dispatcher.submit(page, '接单', 422, crew=f'{SECOND}-1')
    assert '请选一个这个时间有空的班组' in foreign.text


def test_yes_first_and_the_crew_later(town: Town, dispatcher: Browser) -> None:
    number = town.book()
    page = dispatcher.submit(dispatcher.get(f'/jobs/{number}'), '接单', crew='later')
    assert '还没有派人' in page.text
    assert town.job(number).state == rules.ACCEPTED
    page = dispatcher.submit(page, '派人', crew=f'{FIRST}-2')
    assert (town.job(number).state, town.job(number).crew) == (rules.CONFIRMED, f'{FIRST}-2')
    assert '二组' in page.text
    dispatcher.submit(page, '换人', crew=f'{FIRST}-1')
    assert town.job(number).crew == f'{FIRST}-1'


def test_declining_takes_a_reason_and_keeps_what_was_typed(town: Town, dispatcher: Browser) -> None:
    number = town.book()
    page = dispatcher.get(f'/jobs/{number}')
    refused = dispatcher.submit(page, '不接', 422, reason='  ')
    assert '请写明原因' in refused.text
    done = dispatcher.submit(page, '不接', reason='人手不够')
    assert done.path.startswith('/jobs?')
    assert town.job(number).partner == SECOND


def test_who_cannot_come_after_all_gives_it_away_until_it_begins(town: Town, dispatcher: Browser) -> None:
    number = town.accepted()
    page = dispatcher.get(f'/jobs/{number}')
    dispatcher.submit(page, '转给别的公司', reason='车坏了')
    assert (town.job(number).partner, town.job(number).state) == (SECOND, rules.OFFERED)
    other = town.accepted(once='form-3')
    town.clock(SATURDAY + timedelta(minutes=1))
    late = town.sign_in('diaodu')
    assert '转给别的公司' not in str(late.get(f'/jobs/{other}').forms)
    late.post(f'/jobs/{other}', do='give_up', reason='车坏了', csrf=late.get('/jobs').forms[0].fields['csrf'])
    assert town.job(other).state == rules.CONFIRMED


@pytest.mark.parametrize(
    ('typed', 'fen'),
    [
        ('88', 8800),
        ('８８.５ 元', 8850),
        ('¥12.34', 1234),
        ('', -1),
        ('面议', -1),
        ('-5', -1),
        ('1.234', -1),
        ('1e3', -1),
    ],
)
def test_an_amount_as_people_write_it(typed: str, fen: int) -> None:
    assert job_acting.fen(typed) == fen


def test_a_request_is_priced_agreed_to_and_done(town: Town, dispatcher: Browser) -> None:
    number = town.request()
    page = dispatcher.get(f'/jobs/{number}')
    assert '下周三去青岛北的票' in page.text  # without it nobody can name a price
    assert '王阿姨' not in page.html
    assert privacy.reads_of(RESIDENT, 9)
    refused = dispatcher.submit(page, '报价', 422, yuan='30', words='含手续费')
    assert '不能高于目录上的最高价 20 元' in refused.text
    assert 'value="含手续费"' in refused.html
    assert '请写报价' in dispatcher.submit(page, '报价', 422, yuan='很便宜').text
    priced = dispatcher.submit(refused, '报价', yuan='15', words='含手续费')
    assert '等居民答复' in priced.text
    assert town.job(number).price == 1500
    do(lambda: steps.agree(number, ME, town.now))
    agreed = dispatcher.get(f'/jobs/{number}')
    assert '王阿姨' in agreed.text
    assert '到达' not in str(agreed.forms)
    dispatcher.submit(agreed, '完成')
    assert town.job(number).state == rules.DONE


def test_a_number_in_her_wish_is_for_the_company_she_agrees_to(town: Town, dispatcher: Browser) -> None:
    number = town.request('票一张，打１３８-００００-０００９或 0532 8000 0002，10月1日走')
    offered = dispatcher.get(f'/jobs/{number}').text
    assert '票一张，打〔电话〕或' in offered
    assert '10月1日走' in offered
    assert '0009' not in offered
    do(lambda: serving.price(number, FIRST, 1500, '', DISPATCHER, town.now))
    assert '0009' not in dispatcher.get(f'/jobs/{number}').text
    do(lambda: steps.agree(number, ME, town.now))
    assert '票一张，打１３８-００００-０００９' in dispatcher.get(f'/jobs/{number}').text


def test_nobody_arrives_the_day_before_nor_finishes_before_it_begins(town: Town) -> None:
    number = town.accepted()
    crew = town.sign_in('laozhou')
    page = crew.get(f'/jobs/{number}')
    csrf, at = page.forms[0].fields['csrf'], f'{SATURDAY.timestamp():.0f}'
    for wanted in ('arrive', 'finish', 'no_show', 'nonsense', 'price'):
        crew.post(f'/jobs/{number}', do=wanted, at=at, csrf=csrf)
    assert town.job(number).state == rules.CONFIRMED


def test_nobody_at_home(town: Town) -> None:
    number = town.accepted()
    town.clock(SATURDAY + timedelta(minutes=20))
    crew = town.sign_in('laozhou')
    crew.submit(crew.get(f'/jobs/{number}'), '居民不在，结束这一单')
    assert town.job(number).state == rules.NO_SHOW


def test_done_with_a_photo_that_went_straight_to_the_bucket(town: Town) -> None:
    number = town.accepted()
    town.clock(SATURDAY + timedelta(hours=2))
    crew = town.sign_in('laozhou')
    form = crew.get(crew.get(f'/jobs/{number}').links['先加照片'])
    fields = form.forms[-1].fields
    assert fields['key'].startswith(objects.folder('out', RESIDENT))
    back = returned(crew, fields, PHOTO.read_bytes())
    preview = next(values['src'] for values in back.all('img'))
    assert crew.answer(preview).headers['Location'].startswith('https://weilin-test-media.s3.')
    crew.submit(back, '完成，附上这张照片')
    assert (town.job(number).state, town.job(number).photos) == (rules.DONE, [fields['key']])
    another = crew.get(crew.get(f'/jobs/{number}').links['加照片'])
    crew.submit(returned(crew, another.forms[-1].fields, PHOTO.read_bytes()), '加上这张照片')
    assert len(town.job(number).photos) == 2


def test_what_is_no_photo_is_named_and_the_job_stays_as_it_is(town: Town) -> None:
    number = town.accepted()
    town.clock(SATURDAY + timedelta(hours=2))
    crew = town.sign_in('laozhou')
    form = crew.get(f'/jobs/{number}/photo')
    back = returned(crew, form.forms[-1].fields, b'%PDF-1.4 no photo', 422)
    assert '不是可以接收的照片' in back.text
    assert not back.all('img')
    fields = {'csrf': back.forms[0].fields['csrf'], 'do': 'finish', 'at': f'{SATURDAY.timestamp():.0f}'}
    crew.post(f'/jobs/{number}', 422, photo='f' * 32, **fields)  # never brought
    assert town.job(number).state == rules.CONFIRMED


def returned(browser: Browser, fields: dict[str, str], content: bytes, status: int = 200) -> Page:
    """What the bucket does with the form: keep the file, send the browser back with its name."""
    objects.put(fields['key'], content, 'image/jpeg')
    back = urlsplit(fields['success_action_redirect'])
    return browser.get(f'{back.path}?{back.query}&bucket=b&key={quote(fields["key"], safe="")}&etag=x', status)
