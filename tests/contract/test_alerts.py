"""What telling staff relies on in its store: rows that are replaced, moved and taken by their marks."""

from datetime import timedelta

import pytest

from chalicelib import storage
from chalicelib.alliance import alerts, channels, jobs, records
from chalicelib.alliance.alerts import WAYS, Matter
from chalicelib.alliance.records import Alert, Member, Target, Unit
from chalicelib.deadlines import jobs as deadlines
from chalicelib.deadlines.records import Deadline
from tests.conftest import NOW
from tests.door import ACCOUNT, HOME

MINUTE = timedelta(minutes=1)


def tell(about: str) -> None:
    matter = Matter(about, 'first', HOME, NOW, NOW + 60 * MINUTE)
    storage.commit(lambda tx: alerts.tell(tx, HOME, matter, NOW))


@pytest.mark.usefixtures('alliance')
class TestStore:
    def test_a_full_box_is_told_in_whole_and_leaves_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        told: list[str] = []
        Unit(HOME, name='仙游路社区', kind='community', work='1-7 00:00-24:00').save()
        Member(
            'liqiang', name='李强', state='active', units=[HOME], roles=['clerk'], account=ACCOUNT, openid='o'
        ).save()
        monkeypatch.setattr(WAYS, 'still_open', lambda about, level: True)
        monkeypatch.setattr(WAYS, 'by_chat', lambda *told: None)
        monkeypatch.setattr(WAYS, 'chat_open_until', lambda member, now: now + MINUTE)
        monkeypatch.setattr(channels, 'send', lambda channel, call: told.append(call.message.text))
        for number in range(40):
            tell(f'{number}')
        tell('0')  # again: replaces what waits
        for minutes in range(1, 8):
            deadlines.run({'alert': jobs.alert}, NOW + minutes * MINUTE, 600, rounds=deadlines.ROUNDS)
        counts = [int(text.partition('】')[2].partition(' ')[0]) for text in told]
        assert sum(counts) == 2 * 40
        assert (list(Alert.scan()), list(Deadline.scan())) == ([], [])

    def test_a_target_is_taken_by_one(self) -> None:
        first, second = Target('robot.x', state='calling'), Target('robot.x', state='calling')
        storage.commit(lambda tx: records.put_target(tx, first, None))
        with pytest.raises(storage.Conflict):
            storage.commit(lambda tx: records.put_target(tx, second, None))
        old = first.mark
        storage.commit(lambda tx: records.put_target(tx, first, old))
        with pytest.raises(storage.Conflict):
            storage.commit(lambda tx: records.put_target(tx, second, old))

    def test_a_row_told_again_is_not_taken_for_the_old_one(self) -> None:
        tell('a')
        (old,) = records.pending(alerts.unit_box(HOME))
        tell('a')
        with pytest.raises(storage.Conflict):
            storage.commit(lambda tx: records.delete_alert(tx, old))
        assert len(records.pending(alerts.unit_box(HOME))) == 1
