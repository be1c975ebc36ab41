"""`python -m ops.restore`: what was lost is back, nobody who was erased is, and nobody is left without an alarm."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib import clock, settings
from chalicelib.alliance.records import Member, OpenSession, Unit
from chalicelib.deadlines.records import Deadline
from chalicelib.inbox import erasing
from chalicelib.inbox.erasing import Order
from chalicelib.inbox.records import Conversation, Counter, Message
from chalicelib.privacy import ordered
from chalicelib.privacy.records import Read
from ops import merging, point_in_time, restorable, restore, tables, waking
from ops.point_in_time import Window
from tests.door import ACCOUNT, HOME, RESIDENT
from tests.privacy.conftest import ID, WORDS, Life, everything, life  # noqa: F401

OTHER = 'oResident000000000000000002'


class Backup:
    """Copies of all tables as they are now, and a way to restore from them later."""

    def __init__(self, life: Life) -> None:  # noqa: F811
        self.life, self.at = life, life.now.replace(microsecond=0)
        self.client = point_in_time.client()
        self.copies = {
            name: point_in_time.restore(self.client, settings.table_name(name), self.at) for name in restorable.TABLES
        }

    def restore(self, table: str, *more: str) -> int:
        copy = self.copies[table]
        words = ['--stage', settings.stage(), table, '--to', self.at.isoformat(), '--from-copy', copy, '--yes']
        return restore.main([*words, '--rate', '100000', *more])

    def rows(self, table: str) -> list[Any]:
        return self.client.scan(TableName=self.copies[table])['Items']


@pytest.fixture
def back(life: Life, monkeypatch: pytest.MonkeyPatch) -> Backup:  # noqa: F811
    monkeypatch.setattr(clock, 'now', lambda: life.now)
    life.later(timedelta(minutes=5))
    life.writes(text='还有一件事', waits=True)
    life.later(timedelta(minutes=5))
    made = Backup(life)
    life.later(timedelta(days=1))
    return made


def lines(openid: str = RESIDENT) -> list[str]:
    return [line.key for line in Message.query(f'{ACCOUNT}#{openid}')]


def lose(model: Any) -> None:
    for row in model.scan():
        row.delete(add_version_condition=False) if model is Conversation else row.delete()


def due() -> set[str]:
    return {row.key for row in Deadline.scan()}


def owed(found: Conversation) -> set[str]:
    return {key for key in (found.chase_key, found.sends_key, found.forget_key) if key}


def test_every_table_is_restorable_or_there_is_a_reason() -> None:
    there = {str(model.Meta.table) for model in tables.models()}
    assert set(restorable.TABLES) | set(restorable.REFUSED) == there
    assert not set(restorable.TABLES) & set(restorable.REFUSED)
    for name, table in restorable.TABLES.items():
        models = [one for one in tables.models() if one.Meta.table == name]
        assert any(set(table.written) <= set(model.get_attributes()) for model in models)


@pytest.mark.parametrize('table', restorable.REFUSED)
def test_what_would_sign_in_or_bring_back_is_refused(
    back: Backup, table: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert restore.main(['--stage', 'test', table, '--to', back.at.isoformat(), '--yes']) == 2
    assert f'{table} is never restored' in capsys.readouterr().err


def test_lines_that_were_lost_come_back_and_what_came_since_stays(back: Backup) -> None:
    before = lines()
    back.life.writes(text='新的一条')
    newer = lines()
    for row in Message.query(ID):
        if row.key in before:
            row.delete()
    assert back.restore('messages') == 0
    assert lines() == newer
    assert not point_in_time.exists(back.client, back.copies['messages'])


def test_a_row_that_differs_is_counted_and_left_alone_unless_told_otherwise(
    back: Backup, capsys: pytest.CaptureFixture[str]
) -> None:
    line = Message.get(ID, lines()[0])
    line.update([Message.text.set('坏了的')])
    back.restore('messages', '--keep-copy')
    assert '1 differing' in capsys.readouterr().out
    assert Message.get(ID, line.key).text == '坏了的'
    back.restore('messages', '--overwrite')
    assert Message.get(ID, line.key).text == WORDS


def test_what_was_written_after_the_moment_is_never_overwritten(back: Backup) -> None:
    back.life.writes(text='新的一条', waits=True)
    before = back.life.conversation
    back.restore('conversations', '--overwrite')
    after = back.life.conversation
    assert (after.last_text, after.version) == (before.last_text, before.version)


def test_a_row_that_changes_while_it_is_overwritten_keeps_the_change(
    back: Backup, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = lines()[0]
    Message(ID, key).update([Message.text.set('坏了的')])
    put = merging.Merge._put

    def meanwhile(self: Any, *given: Any) -> None:
        Message(ID, key).update([Message.text.set('刚改的')])
        put(self, *given)

    monkeypatch.setattr(merging.Merge, '_put', meanwhile)
    assert back.restore('messages', '--overwrite') == 0
    assert Message.get(ID, key).text == '刚改的'


@pytest.mark.parametrize('table', ['messages', 'conversations'])
def test_one_who_left_since_is_not_in_the_copy_any_more_and_does_not_come_back(back: Backup, table: str) -> None:
    back.life.is_closed()
    back.life.leaves()
    back.life.run()
    assert lines() == []
    back.restore(table, '--keep-copy')
    assert back.rows(table) == []
    assert lines() == []
    assert list(Conversation.scan()) == []


def test_of_one_who_asked_since_only_what_is_newer_is_there(back: Backup) -> None:
    back.life.is_closed()
    back.life.asks_to_be_forgotten()
    back.life.run()
    back.life.writes(text='路灯坏了', waits=True)
    kept = lines()
    lose(Conversation)
    for table in ('messages', 'conversations'):
        back.restore(table, '--keep-copy')
        assert WORDS not in json.dumps(back.rows(table), ensure_ascii=False)
    assert lines() == kept
    assert WORDS not in str(everything()['weilin-test-conversations'])
    assert back.life.conversation.waiting_unit == HOME  # what she wrote since still has to be answered


def test_one_who_left_and_came_back_before_the_moment_is_brought_back_as_she_was(
    life: Life,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clock, 'now', lambda: life.now)
    life.leaves()
    life.run()
    life.later(timedelta(hours=1))
    life.comes_back()
    life.later(timedelta(hours=1))
    life.writes(text='路灯坏了', waits=True)
    life.later(timedelta(minutes=1))
    made, before = Backup(life), lines()
    life.later(timedelta(hours=1))
    lose(Conversation)
    lose(Message)
    for table in ('messages', 'conversations'):
        made.restore(table)
    assert lines() == before
    assert life.conversation.waiting_unit == HOME


def test_whoever_is_erased_while_it_runs_is_erased_again(back: Backup, monkeypatch: pytest.MonkeyPatch) -> None:
    for row in list(Message.query(ID))[3:]:
        row.delete()
    put = merging.Merge._put
    erased: list[Any] = []

    def meanwhile(self: Any, *given: Any) -> None:
        if not erased:
            erased.append(ordered.forget_now(ID, back.life.now))
        put(self, *given)

    monkeypatch.setattr(merging.Merge, '_put', meanwhile)
    back.restore('messages')
    assert erased
    assert lines() == []


def test_what_an_erasure_finds_is_what_is_kept_from_coming_back(life: Life) -> None:  # noqa: F811
    """Two ways to say the same: the query that erases, and the test of a row."""
    for number in range(3):
        life.later(timedelta(seconds=1, milliseconds=number))
        life.writes(text=str(number))
    life.is_answered('答')
    rows = list(Message.query(ID))
    for step in range(-3, 5):
        order = Order(ID, rows[3].at + timedelta(seconds=step))
        from chalicelib.inbox import records

        found = {line.key for line in records.older(ID, order.end, 1000)}
        assert {line.key for line in rows if erasing.covers(order, line)} == found
    everything_goes = Order(ID, life.now + timedelta(minutes=10))
    assert all(erasing.covers(everything_goes, line) for line in rows)


def test_what_is_past_its_time_does_not_come_back(back: Backup) -> None:
    place = next(line for line in Message.query(ID) if line.kind == 'location')
    place.delete()
    back.life.later(timedelta(days=31))
    back.restore('messages')
    assert place.key not in lines()


def test_a_conversation_that_comes_back_has_alarms_of_its_own(back: Backup) -> None:
    before = back.life.conversation
    lose(Conversation)
    lose(Deadline)
    back.restore('conversations')
    after = back.life.conversation
    assert (after.waiting_unit, after.due_at, after.label) == (HOME, before.due_at, before.label)
    assert after.chase_key
    assert owed(after) <= due()
    assert after.version > before.version
    assert back.life.run()['done'] >= 1
    assert back.life.conversation.rung > before.rung


def test_what_she_wrote_since_has_to_be_answered_though_nobody_was_waiting_then(
    life: Life,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clock, 'now', lambda: life.now)
    life.later(timedelta(minutes=5))
    made = Backup(life)
    life.later(timedelta(hours=1))
    life.writes(text='路灯坏了', waits=True)
    lose(Conversation)
    lose(Deadline)
    made.restore('conversations')
    found = life.conversation
    assert (found.waiting_unit, found.last_text) == (HOME, '路灯坏了')
    assert found.chase_key in due()


def test_an_answer_that_was_given_since_is_not_given_again(back: Backup) -> None:
    (kept,) = back.life.conversation.kept
    lose(Conversation)
    Message(ID, kept.key).update([Message.state.set('sent')])
    back.restore('conversations')
    assert back.life.conversation.kept == []


def test_a_line_nobody_keeps_any_more_comes_back_as_of_unknown_outcome(back: Backup) -> None:
    (kept,) = back.life.conversation.kept
    Message(ID, kept.key).delete()
    back.restore('messages', '--keep-copy')
    assert Message.get(ID, kept.key).state == 'kept'
    Message(ID, kept.key).delete()
    found = back.life.conversation
    found.kept = []
    found.save()
    back.restore('messages')
    line = Message.get(ID, kept.key)
    assert line.state == 'unknown'
    assert '从备份恢复' in line.error


def test_where_everything_was_lost_an_answer_that_waits_for_her_still_does(back: Backup) -> None:
    before = back.life.conversation
    for model in (Message, Conversation, Deadline):
        lose(model)
    for table in ('messages', 'conversations', 'deadlines'):
        back.restore(table)
    after = back.life.conversation
    assert [one.key for one in after.kept] == [one.key for one in before.kept]
    assert Message.get(ID, after.kept[0].key).state == 'kept'
    assert owed(after) <= due()
    back.life.writes(text='在吗', waits=True)
    assert back.life.conversation.waiting_since == before.waiting_since


def test_after_deadlines_were_lost_everybody_has_theirs(back: Backup) -> None:
    before = due()
    assert any('#expire#' in key for key in before)
    lose(Deadline)
    back.restore('deadlines')
    assert due() == before


def test_deadlines_nobody_has_any_more_stay_away(back: Backup) -> None:
    ordered.forget_now(ID, back.life.now)
    lose(Deadline)
    back.life.conversation.delete()
    back.restore('deadlines')
    assert due() == set()


def test_boxes_in_which_something_lies_are_looked_into(back: Backup) -> None:
    from chalicelib.alliance.records import Alert, Target

    now = back.life.now
    Alert(
        f'unit.{HOME}', 'x', mark='m', about=ID, level='first', unit=HOME, told=HOME, since=now, due_at=now, told_at=now
    ).save()
    Target('robot.x', mark='m', state='calling', retry=f'{now:%Y-%m-%dT%H:%M:%S.%f}Z#alert#robot.x!', batch=[]).save()
    lose(Deadline)
    assert waking.set_again(now) > 2
    assert {key.split('#', 1)[1] for key in due()} >= {f'alert#unit.{HOME}', 'alert#robot.x!'}
    assert waking.set_again(now) == 0


def test_members_come_back_suspended_and_signed_out(back: Backup) -> None:
    member = Member.get('wangmin')
    member.sessions = [OpenSession(name='cookie', expires_at=back.life.now + timedelta(days=3))]
    member.save()
    made = Backup(back.life)
    member.delete()
    made.restore('staff')
    after = Member.get('wangmin')
    assert (after.state, after.sessions, after.name) == ('suspended', [], '王敏')


def test_units_reads_and_numbers(back: Backup) -> None:
    Unit.get(HOME).delete()
    lose(Read)
    Counter(f'residents#{ACCOUNT}').update([Counter.value.add(7)])
    number = Counter.get(f'residents#{ACCOUNT}').value
    for table in ('units', 'reads', 'counters'):
        assert back.restore(table, '--overwrite') == 0
    assert Unit.get(HOME).name == '仙游路社区'
    assert len(list(Read.scan())) == 1
    assert Counter.get(f'residents#{ACCOUNT}').value == number


class Killed(BaseException):
    pass


@pytest.mark.parametrize('table', ['messages', 'conversations', 'deadlines'])
@pytest.mark.parametrize('number', range(4))
def test_killed_anywhere_and_run_again_it_is_the_same(
    back: Backup, monkeypatch: pytest.MonkeyPatch, table: str, number: int
) -> None:
    other = Life(back.life.now - timedelta(hours=2), openid=OTHER)
    other.writes(text='也在等', waits=True)
    made = Backup(back.life)
    before = {name: lines(name) for name in (RESIDENT, OTHER)}
    for model in (Message, Conversation, Deadline):
        if model.Meta.table == table:
            lose(model)
    with monkeypatch.context() as patched:
        killed_at(patched, number)
        try:
            made.restore(table)
        except Killed:
            pass
        else:
            assert number > 0
    if point_in_time.exists(made.client, made.copies[table]):
        made.restore(table)
    assert {name: lines(name) for name in (RESIDENT, OTHER)} == before
    for found in Conversation.scan():
        assert found.waiting_unit == HOME
        assert owed(found) <= due()


def killed_at(patched: pytest.MonkeyPatch, number: int) -> None:
    """The run dies before its n-th write."""
    calls = iter(range(10_000))

    def dying(step: Callable[..., Any]) -> Callable[..., Any]:
        def write(*given: Any, **more: Any) -> Any:
            if next(calls) == number:
                raise Killed
            return step(*given, **more)

        return write

    from chalicelib import storage

    patched.setattr(merging.Merge, '_put', dying(merging.Merge._put))
    patched.setattr(storage, 'commit', dying(storage.commit))
    patched.setattr(Conversation, 'save', dying(Conversation.save))


def test_whoever_does_not_say_yes_has_changed_nothing(
    back: Backup, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lose(Message)
    monkeypatch.setattr('builtins.input', lambda _: '')
    words = ['--stage', 'test', 'messages', '--to', back.at.isoformat(), '--from-copy', back.copies['messages']]
    assert restore.main(words) == 2
    assert lines() == []
    told = capsys.readouterr().out
    assert f'--from-copy {back.copies["messages"]}' in told
    assert RESIDENT not in told


@pytest.mark.parametrize(('hours', 'words'), [(-1, 'the backup begins at'), (1, ''), (3, 'the backup reaches until')])
def test_a_moment_outside_the_backup_is_refused_in_words(now: datetime, hours: int, words: str) -> None:
    window = Window(now, now + timedelta(hours=2))
    refusal = window.refuses(now + timedelta(hours=hours))
    assert refusal.startswith(f'--to: {words}' if words else '')
    assert bool(refusal) == bool(words)


def test_a_table_without_backups_is_refused(back: Backup, capsys: pytest.CaptureFixture[str]) -> None:
    at = (back.at + timedelta(hours=1)).isoformat()  # of this moment no copy was made
    assert restore.main(['--stage', 'test', 'messages', '--to', at, '--yes']) == 2
    assert 'weilin-test-messages has no point-in-time recovery' in capsys.readouterr().err


def test_only_a_copy_of_this_table_is_taken_and_deleted(back: Backup, capsys: pytest.CaptureFixture[str]) -> None:
    words = ['--stage', 'test', 'messages', '--to', back.at.isoformat(), '--yes', '--from-copy']
    assert restore.main([*words, 'weilin-test-messages']) == 2
    assert restore.main([*words, back.copies['units']]) == 2
    assert 'begins with weilin-test-messages-restored-' in capsys.readouterr().err
    with pytest.raises(ValueError, match='weilin-test-messages'):
        point_in_time.delete(back.client, 'weilin-test-messages', 'weilin-test-messages')
