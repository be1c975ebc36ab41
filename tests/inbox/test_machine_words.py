"""What machines have said is nobody's answer: whatever a clerk does with such a line, she waits as before."""

from datetime import timedelta

import pytest

from chalicelib.alliance import actions as alliance
from chalicelib.inbox import actions as inbox
from chalicelib.inbox import replying, rules, sending
from chalicelib.inbox.notifying import notify
from chalicelib.inbox.records import Message
from tests.house import House

TOLD = '没能在说好的'


def told_late(house: House) -> Message:
    (line,) = [line for line in inbox.talk(house.id).messages if line.way == 'out' and TOLD in line.text]
    return line


@pytest.fixture(params=[rules.UNKNOWN, rules.FAILED])
def line(house: House, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Message:
    """She was to be told that the time is over, and that did not go well."""
    house.says('楼道灯不亮')  # Monday 22:10: by Tuesday 14:00
    house.later(timedelta(hours=15, minutes=55))
    if request.param == rules.UNKNOWN:
        with monkeypatch.context() as killed:
            killed.setattr(sending, 'send_all', lambda *_: (_ for _ in ()).throw(SystemExit))
            with pytest.raises(SystemExit):
                house.sweep()
        house.later(timedelta(minutes=3))
    else:
        house.world.faults.always['/cgi-bin/message/custom/send'] = 48001
    house.sweep()
    house.world.faults.always.clear()
    found = told_late(house)
    assert found.state == request.param
    return found


def test_settling_a_machines_line_answers_nobody(house: House, line: Message) -> None:
    before, member = house.conversation, alliance.member('wangmin')
    assert member
    assert before.waiting_unit
    replying.settle(before, line.key, member, house.now)
    assert house.conversation.waiting_unit == before.waiting_unit
    assert house.conversation.due_at == before.due_at
    assert not house.conversation.answered


def test_sending_a_machines_line_again_answers_nobody(house: House, line: Message) -> None:
    before, member = house.conversation, alliance.member('wangmin')
    assert member
    replying.resend(before, line.key, member, house.now)
    assert told_late(house).state == rules.SENT
    assert house.conversation.waiting_unit == before.waiting_unit
    assert house.conversation.due_at == before.due_at
    assert not house.conversation.answered


def test_a_machines_line_that_is_settled_takes_no_other_off_the_count(house: House, line: Message) -> None:
    found, member = house.conversation, alliance.member('wangmin')
    assert member
    found.failed = 1
    found.save()
    replying.settle(house.conversation, line.key, member, house.now)
    assert house.conversation.failed == 1


def test_taking_back_what_a_machine_said_lets_nobody_wait(house: House) -> None:
    house.says('楼道灯不亮')
    house.reply('修好了')
    house.later(timedelta(hours=49))
    line = notify(house.id, '您已登录。', 'once', '', house.now)
    assert line.state == rules.KEPT
    member = alliance.member('wangmin')
    assert member
    inbox.withdraw_kept(house.conversation, line.key, member, house.now)
    assert not house.conversation.kept
    assert house.conversation.waiting_unit is None
