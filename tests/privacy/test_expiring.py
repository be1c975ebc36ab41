"""A year after it was closed, what was said is gone; what was closed later waits for its own year."""

from datetime import timedelta

from chalicelib.deadlines.records import Deadline
from chalicelib.inbox import lasting
from chalicelib.inbox.records import Message
from chalicelib.privacy.records import Forgotten
from chalicelib.privacy.rules import hashed
from tests.privacy.conftest import ID, WORDS, Life, everything

YEAR, MONTH = timedelta(days=365), timedelta(days=31)


def test_what_was_closed_a_year_ago_goes_and_what_is_younger_stays(life: Life) -> None:
    closed_at = life.now
    life.later(timedelta(days=100))
    life.writes(text='路灯坏了', waits=True)
    life.is_closed()
    life.run(closed_at + YEAR - life.now - timedelta(seconds=1))
    assert WORDS in str(everything())
    life.run(MONTH + timedelta(minutes=2))
    assert [line.text for line in Message.query(ID)] == ['路灯坏了']
    assert life.conversation.last_text == '路灯坏了'
    life.run(YEAR)
    assert list(Message.query(ID)) == []
    assert (life.conversation.last_text, life.conversation.remark) == ('', '')
    assert {(entry.resident, entry.why) for entry in Forgotten.scan()} == {(hashed(ID), 'kept long enough')}


def test_closings_of_one_month_are_one_deadline_with_the_last_of_them(life: Life) -> None:
    other = Life(life.now, openid='oNeighbour0000000000000001')
    at = lasting.expires_at(other.id, other.now) - YEAR - timedelta(days=20)
    for days in (0, 5, 10):
        other.now = at + timedelta(days=days)
        other.writes(text=str(days), waits=True)
        other.is_closed()
    (deadline,) = (row for row in Deadline.scan() if row.id == other.id)
    assert deadline.data == {'upto': other.now.isoformat()}


def test_one_who_waits_again_for_the_same_is_left_alone(life: Life) -> None:
    found = life.conversation
    found.waiting_unit, found.waiting_since, found.due_at = found.unit, life.now - timedelta(days=9), life.now
    found.save()
    life.run(YEAR + MONTH)
    assert WORDS in str(everything())
    assert list(Forgotten.scan()) == []


def test_of_a_resident_who_was_forgotten_no_deadline_is_left(life: Life) -> None:
    for _ in range(3):
        life.later(timedelta(days=40))
        life.writes(text='又来了', waits=True)
        life.is_closed()
    assert len([row for row in Deadline.scan() if row.kind == 'expire']) == 4
    life.leaves()
    life.run()
    assert list(Deadline.scan()) == []
