"""What companies are still to be told of: only what is theirs to answer."""

from datetime import datetime, timedelta

from chalicelib.alliance.records import Alert
from chalicelib.bookings import actions, jobs, making, serving, steps
from chalicelib.bookings.actions import do
from chalicelib.services import actions as services
from chalicelib.services.records import Crew
from tests.bookings.machine import CLERK
from tests.bookings.shop import FIRST, SATURDAY, SECOND
from tests.bookings.test_making import HERE, ME, wish
from tests.memory_store import Memory


def new_jobs() -> list[str]:
    """The companies that would be told of a new job now."""
    found = [row for row in Alert.scan() if row.level == 'job']
    return sorted(row.told for row in found if jobs.still_open(row.about, row.level))


def test_a_job_that_has_gone_on_is_new_to_the_next_company_only(memory: Memory, now: datetime) -> None:
    held = do(lambda: making.hold(wish(), ME, 'form-1', now))
    do(lambda: making.confirm(held.id, HERE, wish().mark, ME, now))
    assert new_jobs() == [FIRST]
    do(lambda: serving.decline(held.id, FIRST, '人手不够', CLERK, now))
    assert new_jobs() == [SECOND]
    do(lambda: serving.accept(held.id, SECOND, '', CLERK, now))
    assert new_jobs() == []


def test_no_word_of_the_resident_is_in_it(memory: Memory, now: datetime) -> None:
    held = do(lambda: making.hold(wish(), ME, 'form-1', now))
    do(lambda: making.confirm(held.id, HERE, wish().mark, ME, now))
    for row in Alert.scan():
        said = str(row.serialize())
        assert not any(word in said for word in (HERE.name, HERE.phone, HERE.address, ME.conversation))


def test_a_job_given_away_twice_is_in_the_figures_twice(memory: Memory, now: datetime) -> None:
    for number in (1, 2):  # in the afternoon there is only the first company
        Crew.get(f'{SECOND}-{number}').update([Crew.work.set('1-7 08:00-12:00')])
    services.forget()
    held = do(lambda: making.hold(wish(), ME, 'form-1', now))
    do(lambda: making.confirm(held.id, HERE, wish().mark, ME, now))
    do(lambda: serving.decline(held.id, FIRST, '人手不够', CLERK, now))
    do(lambda: steps.move(held.id, SATURDAY + timedelta(hours=5), ME, now))
    do(lambda: serving.decline(held.id, FIRST, '人手不够', CLERK, now))
    assert actions.passed_away(FIRST, SATURDAY.date(), SATURDAY.date()) == ['declined', 'declined']


def test_nobody_is_told_that_a_crew_is_late_which_has_arrived(memory: Memory, now: datetime) -> None:
    held = do(lambda: making.hold(wish(), ME, 'form-1', now))
    do(lambda: making.confirm(held.id, HERE, wish().mark, ME, now))
    do(lambda: serving.accept(held.id, FIRST, f'{FIRST}-1', CLERK, now))
    about = f'booking.{held.id}.{FIRST}'
    assert jobs.still_open(about, 'job_late')
    do(lambda: serving.arrive(held.id, FIRST, CLERK, SATURDAY))
    assert not jobs.still_open(about, 'job_late')
