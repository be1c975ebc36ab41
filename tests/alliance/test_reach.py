"""Who cannot be told is known before it is needed, with what to do about it."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib import settings
from chalicelib.alliance import actions
from chalicelib.alliance.alerts import WAYS
from chalicelib.alliance.reach import unreachable
from chalicelib.alliance.records import Account, Member, Unit
from ops import resources

HOME = '370202013001'
AFTERNOON = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)  # a Monday, 15:00 in Beijing
HOUR = timedelta(hours=1)


@pytest.fixture
def open_until(store: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, datetime]:
    """Whose chat is open until when."""
    chats: dict[str, datetime] = {}
    asked: list[str] = []

    def chat_open_until(member: Member, now: datetime) -> datetime | None:
        assert member.id not in asked, 'read twice'
        asked.append(member.id)
        return chats.get(member.id)

    Unit(HOME, name='仙游路社区', kind='community', duty='1-5 18:00-22:30 wangmin').save()
    Account(HOME, name='仙游路社区', kind='subscription', verified=True, unit=HOME).save()
    for id, name in (('wangmin', '王敏'), ('liqiang', '李强')):
        Member(id, name=name, state='active', units=[HOME], roles=['clerk'], account=HOME, openid=id).save()
    monkeypatch.setattr(WAYS, 'by_chat', lambda *told: None)
    monkeypatch.setattr(WAYS, 'chat_open_until', chat_open_until)
    return chats


def words() -> list[str]:
    return [trouble.words for trouble in unreachable(HOME, AFTERNOON)]


def change(id: str, **values: object) -> None:
    member = Member.get(id)
    for name, value in values.items():
        setattr(member, name, value)
    member.save()
    actions.forget()


def test_whoever_is_reached_then_is_no_trouble(open_until: dict[str, datetime]) -> None:
    open_until |= {'wangmin': AFTERNOON + 4 * HOUR, 'liqiang': AFTERNOON + HOUR}
    assert words() == []


def test_a_chat_that_closes_before_the_duty_begins_is_trouble_now(open_until: dict[str, datetime]) -> None:
    open_until |= {'wangmin': AFTERNOON + 2 * HOUR, 'liqiang': AFTERNOON + HOUR}
    assert words() == [
        '18:00 值班的王敏收不到提醒：到那时已超过 48 小时没有给公众号发过消息。请王敏给公众号发任意一个字。'
    ]


def test_each_is_named_once_with_what_mends_it(open_until: dict[str, datetime]) -> None:
    change('liqiang', openid=None)
    assert words() == [
        '现在的工作时间，李强收不到提醒：还没有绑定微信。请李强用邀请码绑定微信。',
        '现在的工作时间，王敏收不到提醒：到那时已超过 48 小时没有给公众号发过消息。请王敏给公众号发任意一个字。',
    ]


def test_a_robot_reaches_everybody(open_until: dict[str, datetime]) -> None:
    resources.put_secret(settings.robot_parameter(HOME), 'key')
    assert words() == []


def test_a_roster_with_somebody_who_left_says_so(open_until: dict[str, datetime]) -> None:
    resources.put_secret(settings.robot_parameter(HOME), 'key')
    change('wangmin', state='suspended')
    assert words() == ['18:00 的值班表上有「王敏」，但不是在岗的工作人员。请改值班表。']


def test_nobody_at_all_is_trouble(open_until: dict[str, datetime]) -> None:
    for id in ('wangmin', 'liqiang'):
        change(id, units=[])
    change('wangmin', state='suspended')
    assert words() == [
        '现在的工作时间没有人可以提醒。请先添加工作人员。',
        '18:00 的值班表上有「王敏」，但不是在岗的工作人员。请改值班表。',
        '18:00 值班时没有人可以提醒。请先添加工作人员。',
    ]
