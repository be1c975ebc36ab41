"""A company's figures, its printed day, and the calendars of its crews."""

from datetime import timedelta

import pytest

from chalicelib.alliance import audit
from chalicelib.bookings import records, rules, serving, steps
from chalicelib.bookings.actions import Booker, do
from chalicelib.privacy import actions as privacy
from chalicelib.services.records import Crew
from tests.bookings.shop import DAUGHTER, FIRST, RESIDENT, SATURDAY, SECOND
from tests.desk.conftest import Browser
from tests.desk.jobs import SECRETS, Town
from tests.desk.reading import Page
from tests.door import HOME


@pytest.fixture
def dispatcher(town: Town) -> Browser:
    return town.sign_in('diaodu')


def counted(page: Page) -> dict[str, str]:
    words = [word for word in page.words if word.strip()]
    return {word: words[number + 1] for number, word in enumerate(words[:-1])}


def done(town: Town, number: int, rating: int | None) -> None:
    """A job that is over, a day back for each."""
    booking = town.job(
        town.accepted(once=f'form-{number}', at=SATURDAY + timedelta(hours=3 * (number % 3), days=number))
    )
    booking.when = booking.starts_at = town.now - timedelta(days=number + 1)
    booking.state, booking.rating, booking.over_at = (rules.RATED if rating else rules.DONE), rating, town.now
    booking.save()


class TestFigures:
    def test_own_jobs_are_counted_and_no_average_of_four(self, town: Town, dispatcher: Browser) -> None:
        for number in range(4):
            done(town, number, 5)
        town.clock(SATURDAY)
        page = town.sign_in('diaodu').get('/jobs/figures')
        assert counted(page)['派给本公司'] == '4 单'
        assert counted(page)['完成'] == '4 单'
        assert '平均 ' not in page.text
        assert '4 人评价' in page.text

    def test_an_average_of_five(self, town: Town) -> None:
        for number, rating in enumerate((5, 5, 4, 4, 1)):
            done(town, number, rating)
        assert '平均 3.8 分' in town.sign_in('diaodu').get('/jobs/figures').text

    def test_what_went_to_others_is_counted_for_who_had_it(self, town: Town) -> None:
        diaodu = town.sign_in('diaodu')
        by = town.member('diaodu')
        timed_out = town.book(once='form-1')
        do(lambda: serving.time_out(town.job(timed_out), town.now))
        declined = town.book(once='form-2', at=SATURDAY + timedelta(days=1))
        do(lambda: serving.decline(declined, FIRST, '人手不够', by, town.now))
        given_up = town.accepted(once='form-3', at=SATURDAY + timedelta(days=2))
        do(lambda: serving.give_up(given_up, FIRST, '车坏了', by, town.now))
        assert counted(diaodu.get('/jobs/figures'))['派给本公司'] == '0 单'  # their days are still to come
        town.clock(SATURDAY + timedelta(days=2))
        own = counted(town.sign_in('diaodu').get('/jobs/figures'))
        assert own['派给本公司'] == '3 单'
        assert own['按时接单、报价'] == '1 单'
        assert (own['过时没有接，转给别家'], own['不接，转给别家'], own['接了又来不了']) == ('1 单', '1 单', '1 单')
        other = counted(town.sign_in('yidiao').get('/jobs/figures'))
        assert (other['派给本公司'], other['按时接单、报价']) == ('3 单', '0 单')


class TestSheet:
    def test_what_is_settled_is_printed_with_whom_it_is_for(self, town: Town, dispatcher: Browser) -> None:
        settled = town.accepted()
        offered = town.book(SATURDAY + timedelta(hours=4), 'form-2', Booker(DAUGHTER, HOME, 'oauth'))
        page = dispatcher.get('/jobs/sheet?day=2026-11-28')
        assert all(secret in page.html for secret in SECRETS)
        assert settled in page.text
        assert '居民签字' in page.text
        assert offered not in page.text
        assert privacy.reads_of(RESIDENT, 9)
        assert not privacy.reads_of(DAUGHTER, 9)

    def test_of_one_crew(self, town: Town, dispatcher: Browser) -> None:
        number = town.accepted()
        assert number in dispatcher.get(f'/jobs/sheet?day=2026-11-28&crew={FIRST}-1').text
        assert number not in dispatcher.get(f'/jobs/sheet?day=2026-11-28&crew={FIRST}-2').text

    def test_a_crew_prints_its_own_only(self, town: Town) -> None:
        number = town.accepted()
        assert number in town.sign_in('laozhou').get('/jobs/sheet?day=2026-11-28').text
        other = town.sign_in('xiaosun').get(f'/jobs/sheet?day=2026-11-28&crew={FIRST}-1')
        assert not any(secret in other.html for secret in SECRETS)

    def test_another_company_prints_nothing_of_it(self, town: Town) -> None:
        town.accepted()
        other = town.sign_in('yidiao')
        assert not any(secret in other.get('/jobs/sheet?day=2026-11-28').html for secret in SECRETS)
        other.get(f'/jobs/sheet?day=2026-11-28&unit={FIRST}', 403)


class TestFeed:
    def address(self, page: Page) -> str:
        (found,) = [values['value'] for values in page.all('input') if values['name'] == 'feed1']
        assert found.startswith('http://127.0.0.1:8000/feed/')
        return found.removeprefix('http://127.0.0.1:8000')

    def test_it_tells_when_and_what_and_nothing_of_residents(self, town: Town, dispatcher: Browser) -> None:
        number = town.accepted()
        page = dispatcher.submit(dispatcher.get('/jobs/crews'), '生成日历地址', crew=f'{FIRST}-1')
        answer = town.client.http.get(self.address(page))
        assert answer.status_code == 200
        assert answer.headers['Content-Type'] == 'text/calendar; charset=utf-8'
        text = answer.body.decode().replace('\r\n ', '')
        assert f'http://127.0.0.1:8000/jobs/{number}' in text
        assert 'DTSTART:20261128T010000Z' in text
        assert '仙游路社区' in text
        assert not any(secret in text for secret in SECRETS)
        assert RESIDENT.partition('#')[2] not in text

    def test_a_renewed_address_ends_the_old_one_at_once(self, town: Town, dispatcher: Browser) -> None:
        page = dispatcher.submit(dispatcher.get('/jobs/crews'), '生成日历地址', crew=f'{FIRST}-1')
        old = self.address(page)
        new = self.address(dispatcher.submit(page, '换一个地址'))
        assert old != new
        assert town.client.http.get(old).status_code == 404
        assert town.client.http.get(new).status_code == 200
        assert [change.did for change in audit.latest(FIRST, 5)] == ['换了1 组的日历地址', '开了1 组的日历地址']

    @pytest.mark.parametrize(
        'path',
        [
            f'{FIRST}-1/{"a" * 43}.ics',
            f'{FIRST}-1/None.ics',
            f'{FIRST}-2/.ics',
            'nobody/x.ics',
            f'{FIRST}-1/x',
            '%00/%00',
        ],
    )
    def test_a_wrong_mark_finds_nothing(self, town: Town, dispatcher: Browser, path: str) -> None:
        dispatcher.submit(dispatcher.get('/jobs/crews'), '生成日历地址', crew=f'{FIRST}-1')
        answer = town.client.http.get(f'/feed/{path}')
        assert answer.status_code == 404
        assert 'VCALENDAR' not in answer.body.decode()

    def test_a_crew_of_another_company_is_not_renewed(self, town: Town, dispatcher: Browser) -> None:
        form = dispatcher.get('/jobs/crews').pressed('生成日历地址', {'crew': f'{SECOND}-1'})[1]
        dispatcher.post('/jobs/crews', 403, **form)
        assert Crew.get(f'{SECOND}-1').feed is None

    def test_what_was_cancelled_is_gone_from_it(self, town: Town, dispatcher: Browser) -> None:
        number = town.accepted()
        page = dispatcher.submit(dispatcher.get('/jobs/crews'), '生成日历地址', crew=f'{FIRST}-1')
        found = records.booking(number)
        assert found
        do(lambda: steps.cancel(number, Booker(RESIDENT, HOME, 'oauth'), town.now))
        assert number not in town.client.http.get(self.address(page)).body.decode()
