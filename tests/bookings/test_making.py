"""A booking from the held slot to the company's yes, and what is in its way."""

from datetime import datetime, timedelta

import pytest

from chalicelib.bookings import actions, making, records, rules, serving, steps, times
from chalicelib.bookings.actions import Booker, TimeGone, Where, Wish, do
from chalicelib.services import actions as services
from tests.bookings.shop import DAUGHTER, FIRST, RESIDENT, SATURDAY, SECOND
from tests.door import HOME

ME, OTHER = Booker(RESIDENT, HOME, 'oauth'), Booker(DAUGHTER, HOME, 'link')
HERE = Where('王阿姨', '13800000009', '仙游路 15 号 2 单元 501')


def wish(at: datetime | None = SATURDAY, item: str = 'cleaning', option: str = 'h2') -> Wish:
    found = services.item(item)
    assert found
    chosen = services.option(found, option)
    assert chosen
    return Wish(item, option, at, making.mark(chosen))


@pytest.mark.usefixtures('shop')
class TestBooking:
    def test_from_the_held_slot_to_the_companys_yes(self, now: datetime) -> None:
        held = do(lambda: making.hold(wish(), ME, 'form-1', now))
        assert (held.state, held.partner, held.due_at) == ('held', FIRST, now + timedelta(minutes=10))
        booked = do(lambda: making.confirm(held.id, HERE, wish().mark, ME, now))
        assert booked.state == 'offered'
        assert records.contact(held.id).address == HERE.address
        clerk = type('Clerk', (), {'id': 'clerk'})()
        accepted = do(lambda: serving.accept(held.id, FIRST, f'{FIRST}-1', clerk, now))
        assert accepted.state == 'confirmed'

    def test_the_second_company_has_it_when_the_first_has_somebody(self, now: datetime) -> None:
        do(lambda: making.hold(wish(), ME, 'form-1', now))
        second = do(lambda: making.hold(wish(), OTHER, 'form-2', now))
        assert second.partner == SECOND
        with pytest.raises(TimeGone) as gone:
            do(lambda: making.hold(wish(), Booker('a#b', HOME, 'chat'), 'form-3', now))
        assert len(gone.value.nearest) == 3
        after = now + timedelta(minutes=11)
        assert do(lambda: making.hold(wish(), Booker('a#b', HOME, 'chat'), 'form-3', after)).partner == FIRST

    def test_a_double_tap_is_one_booking(self, now: datetime) -> None:
        first = do(lambda: making.hold(wish(), ME, 'form-1', now))
        again = do(lambda: making.hold(wish(), ME, 'form-1', now))
        assert (again.id, again.version) == (first.id, first.version)
        assert len(list(records.Booking.scan())) == 1

    def test_moved_to_sunday_its_saturday_is_free_at_once(self, now: datetime) -> None:
        held = do(lambda: making.hold(wish(), ME, 'form-1', now))
        do(lambda: making.confirm(held.id, HERE, wish().mark, ME, now))
        moved = do(lambda: steps.move(held.id, SATURDAY + timedelta(days=1), ME, now))
        assert (moved.state, moved.starts_at) == ('offered', SATURDAY + timedelta(days=1))
        assert do(lambda: making.hold(wish(), OTHER, 'form-2', now)).partner == FIRST

    def test_a_company_that_cannot_gives_it_to_the_next(self, now: datetime) -> None:
        held = do(lambda: making.hold(wish(), ME, 'form-1', now))
        do(lambda: making.confirm(held.id, HERE, wish().mark, ME, now))
        clerk = type('Clerk', (), {'id': 'clerk'})()
        passed = do(lambda: serving.decline(held.id, FIRST, '人手不够', clerk, now))
        assert (passed.state, passed.partner) == ('offered', SECOND)
        assert do(lambda: making.hold(wish(), OTHER, 'form-2', now)).partner == FIRST
        unserved = do(lambda: serving.decline(held.id, SECOND, '人手不够', clerk, now))
        assert unserved.state == rules.UNSERVED
        assert do(lambda: making.hold(wish(), Booker('a#b', HOME, 'chat'), 'form-3', now)).partner == SECOND

    def test_free_times_of_two_weeks(self, now: datetime) -> None:
        found = services.item('cleaning')
        assert found
        free = times.free_times(found, services.option(found, 'h2'), now)
        assert len(free) == 13  # from tomorrow: today is over
        assert SATURDAY in [time.at for time in free[SATURDAY.date()]]
        assert actions.of_company(FIRST, SATURDAY.date(), SATURDAY.date()) == []
