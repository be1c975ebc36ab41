"""What a resident was to be told goes with her, and with her wish to be forgotten what was told until then."""

from datetime import timedelta

import pytest

from chalicelib import storage
from chalicelib.deadlines.records import Deadline
from chalicelib.outreach import actions as outreach
from chalicelib.outreach.records import Subscription, Telling
from tests.door import HOME
from tests.privacy.conftest import ID, WORDS, Life, traces


def told(life: Life, what: str) -> str:
    ids: list[str] = []

    def write(tx: storage.Transaction) -> None:
        until = life.now + timedelta(days=9)
        ids.append(outreach.tell(tx, life.id, 'booking#K7M2Q9XA', what, WORDS, HOME, until, life.now))

    storage.commit(write)
    return ids[0]


@pytest.fixture
def told_life(life: Life) -> Life:
    told(life, 'confirmed')
    outreach.deliver([told(life, 'reminder')], life.now)
    Subscription(life.id, 'template', left=1, forget_at=life.now + timedelta(days=9)).save()
    return life


def test_one_who_left_leaves_nothing_of_it(told_life: Life) -> None:
    told_life.leaves()
    assert told_life.run() == {'done': 2}  # one telling was due: nobody follows, it failed
    assert traces() == []
    assert [*Telling.scan(), *Subscription.scan()] == []
    assert [row.kind for row in Deadline.scan()] == []


def test_one_who_asked_keeps_what_came_since(told_life: Life) -> None:
    told_life.asks_to_be_forgotten()
    told_life.later(timedelta(seconds=10))
    since = told(told_life, 'moved')
    told_life.run()
    assert [row.id for row in Telling.scan()] == [since]
    assert list(Subscription.scan()) == []


def test_what_others_are_told_stays(told_life: Life) -> None:
    other = Life(told_life.now, openid='oResident000000000000000002')
    kept = told(other, 'confirmed')
    told_life.leaves()
    told_life.run()
    assert [row.id for row in Telling.scan()] == [kept]
    assert ID not in [row.conversation for row in Telling.scan()]
