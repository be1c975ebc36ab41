"""What a resident is promised: in working time, before WeChat stops taking messages, and honest where it cannot be."""

from datetime import UTC, datetime

import pytest

from chalicelib import clock
from chalicelib.alliance import actions as alliance
from chalicelib.alliance.records import Account, Unit
from chalicelib.inbox import actions, replying
from chalicelib.inbox.records import Conversation
from tests.door import ACCOUNT, HOME, RESIDENT, Door


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.BEIJING).astimezone(UTC)


def conversation() -> Conversation:
    found = actions.conversation(f'{ACCOUNT}#{RESIDENT}')
    assert found
    return found


@pytest.fixture
def ask(door: Door, monkeypatch: pytest.MonkeyPatch) -> object:
    """She writes at a Beijing time; what she is told."""

    def ask(text: str, duty: str = '', extra: tuple[str, ...] = (), words: str = '楼道灯不亮') -> str:
        home = Unit.get(HOME)
        home.duty, home.extra_days = duty or None, list(extra)
        home.save()
        alliance.forget()
        door.now = at(text)
        monkeypatch.setattr(clock, '_moved', door.now - datetime.now(UTC))
        return door.say(words)

    return ask


def test_the_receipt_names_who_and_by_when_and_the_clock_is_the_same(ask) -> None:
    words = ask('2026-10-09T16:50', extra=('2026-10-10',))
    assert '仙游路社区的工作人员会在 10月10日（周六）11:50 前' in words
    assert conversation().due_at == at('2026-10-10T11:50')


def test_what_is_said_in_minutes_is_kept_in_minutes(ask) -> None:
    assert '10月9日（周五）14:00 前' not in ask('2026-10-09T08:47:31')
    assert conversation().due_at == at('2026-10-09T14:17')


def test_on_duty_somebody_looks_sooner_and_the_promise_stands(ask) -> None:
    words = ask('2026-11-23T22:10', duty='1-7 18:00-22:30')
    assert '今晚值班到 22:30' in words
    assert '最晚 11月24日（周二）14:00 前' in words


def test_before_a_long_weekend_the_answer_comes_while_somebody_is_there(ask) -> None:
    """Friday 16:50: four working hours end on Monday, WeChat's 48 hours on Sunday."""
    words = ask('2026-11-27T16:50', duty='5 18:00-22:30')
    assert '11月27日（周五）22:30 前给您回话' in words
    assert conversation().due_at == at('2026-11-27T22:30')


def test_where_nobody_is_there_before_wechats_window_closes_it_is_said_honestly(ask) -> None:
    words = ask('2026-11-27T17:35')
    assert '11月30日（周一）14:00 前写好回话；届时请发任意一个字，即可看到。' in words
    assert conversation().due_at == at('2026-11-30T14:00')


def test_an_account_that_may_not_write_first_says_the_same(ask) -> None:
    account = Account.get(ACCOUNT)
    account.verified = False
    account.save()
    assert '届时请发任意一个字' in ask('2026-11-24T09:00')


def test_a_second_receipt_repeats_the_first_promise(ask) -> None:
    first = ask('2026-11-24T09:00')
    assert '14:30 前' in first
    assert '14:30 前' in ask('2026-11-24T10:00', words='还有一件事')
    assert conversation().due_at == at('2026-11-24T14:30')


def test_a_promise_that_was_not_kept_is_admitted(ask) -> None:
    ask('2026-11-24T09:00')
    words = ask('2026-11-24T15:00', words='还没人回')
    assert '没能在说好的 11月24日（周二）14:30 前给您回话' in words
    assert conversation().due_at == at('2026-11-24T14:30')


def test_a_new_line_brings_a_promised_follow_up_forward(ask) -> None:
    ask('2026-11-24T09:00')
    member, found, now = alliance.member('wangmin'), conversation(), at('2026-11-24T09:10')
    assert member
    from chalicelib.inbox import forms

    later = at('2026-12-01T17:30')
    replying.reply(found, member, replying.Written('在查', None, int(found.version or 0), forms.new(now), later), now)
    assert conversation().due_at == later
    ask('2026-11-24T10:00', words='楼道灯又坏了')
    assert conversation().due_at == at('2026-11-24T15:30')


def answer(text: str, when: str, follow_up_at: datetime | None = None, seen: int | None = None) -> None:
    from chalicelib.inbox import forms

    member, found, now = alliance.member('wangmin'), conversation(), at(when)
    assert member
    shown = int(found.version or 0) if seen is None else seen
    replying.reply(found, member, replying.Written(text, None, shown, forms.new(now), follow_up_at), now)


def test_a_promised_follow_up_outlives_the_answer_to_something_else(ask) -> None:
    ask('2026-11-24T09:00')
    later = at('2026-12-01T17:30')
    answer('在查', '2026-11-24T09:10', later)
    ask('2026-11-24T10:00', words='电话是多少')
    answer('85001234', '2026-11-24T10:05')
    assert (conversation().due_at, conversation().follow_up) == (later, True)
    answer('查到了', '2026-11-24T11:00')
    assert (conversation().waiting_unit, conversation().promised_until) == (None, None)


def test_what_a_clerk_had_not_seen_stays_due_when_she_was_told(ask) -> None:
    ask('2026-11-24T09:00')
    seen = int(conversation().version or 0)
    ask('2026-11-24T11:00', words='还有下水道')
    answer('灯今天修', '2026-11-24T11:05', seen=seen)
    assert conversation().due_at == at('2026-11-24T14:30')
