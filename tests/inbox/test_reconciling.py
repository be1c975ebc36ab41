"""The night's comparison with WeChat's list: what was lost is repaired, and a list that is wrong erases nobody."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.alliance import actions as alliance
from chalicelib.inbox import actions, following, reconciling, records
from chalicelib.inbox.records import Conversation, Message
from chalicelib.wechat import followers
from local.standin import followers as standin
from tests.door import ACCOUNT, HOME
from tests.house import House

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture(autouse=True)
def unpaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(followers, 'PAGES_APART', 0)
    monkeypatch.setattr(reconciling, '_ASKED_APART', 0)


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.INFO, 'weilin'):
        yield caplog


def night(house: House, **more: Any) -> None:
    reconciling.reconcile(house.now, 900, **more)


def id_of(house: House, person: str) -> str:
    return f'{ACCOUNT}#{house.world.openid(person, ACCOUNT)}'


def quietly(house: House, person: str, follows: bool) -> None:
    """She comes or goes, and the event is lost."""
    with house.world.changed:
        state = house.world.chat_state(person, ACCOUNT)
        state.following, state.since = follows, house.now


def town(house: House, number: int) -> list[str]:
    """So many more followers of whom we have never heard."""
    people = [f'person{index:02}' for index in range(number)]
    for person in people:
        house.world.add_person(person, person, 'resident', (ACCOUNT,))
    return people


def rows() -> dict[str, Conversation]:
    return {row.id: row for row in Conversation.scan()}


def test_a_lost_subscription_is_a_row_that_says_no_more(house: House, told: pytest.LogCaptureFixture) -> None:
    night(house)
    (row,) = rows().values()
    assert (row.id, row.followed, row.unit, row.home_unit) == (house.id, True, HOME, HOME)
    assert (row.waiting_unit, row.recent_unit, row.last_in_at, row.forget_at) == (None, None, None, None)
    assert list(Message.scan()) == []
    assert house.reads() == []
    assert f'followers reconciled account={ACCOUNT} listed=1 came=1 left=0' in told.messages


def test_a_second_night_writes_nothing(house: House, told: pytest.LogCaptureFixture) -> None:
    night(house)
    before = house.conversation.version
    night(house)
    assert house.conversation.version == before
    assert told.messages[-1] == f'followers reconciled account={ACCOUNT} listed=1 came=0 left=0'


def test_who_was_taken_in_writes_as_if_she_had_been_here_always(house: House) -> None:
    town(house, 3)
    night(house)
    assert house.says('楼道的灯坏了')
    assert (house.conversation.label, house.waits) == ('居民 A01', True)  # three silent ones took no number


def test_a_poster_scanned_later_still_decides_where_home_is(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    night(house)
    house.world.scan('lin', ACCOUNT, 'sq:370202013000')
    house.world.wait_idle(20)
    assert house.conversation.home_unit == '370202013000'
    house.world.scan('lin', ACCOUNT, f'sq:{HOME}')
    house.world.wait_idle(20)
    assert house.conversation.home_unit == '370202013000'


def test_a_lost_unsubscription_is_forgotten_by_its_deadline(house: House) -> None:
    house.says('谢谢')
    member = alliance.member('wangmin')
    assert member
    house.reply('不客气')
    quietly(house, 'lin', follows=False)
    house.later(DAY)
    night(house)
    assert house.conversation.followed is False
    house.later(2 * MINUTE)
    house.sweep()
    assert rows() == {}
    assert list(Message.scan()) == []


def test_what_is_open_of_one_who_left_unheard_stays_with_those_who_have_it(house: House) -> None:
    house.says('楼道的灯坏了')
    quietly(house, 'lin', follows=False)
    house.later(DAY)
    night(house)
    assert (house.conversation.followed, house.waits) == (False, True)
    house.later(2 * MINUTE)
    house.sweep()
    assert house.conversation.last_text == '楼道的灯坏了'


def test_who_came_back_unheard_follows_again_and_is_not_forgotten(house: House) -> None:
    house.says('楼道的灯坏了')
    house.world.unfollow('lin', ACCOUNT)
    house.world.wait_idle(20)
    assert house.conversation.forget_at
    quietly(house, 'lin', follows=True)
    house.later(DAY)
    night(house)
    found = house.conversation
    assert (found.followed, found.forget_at, found.recent_unit, found.waiting_unit) == (True, None, HOME, HOME)
    assert list(records.following(ACCOUNT)) == [house.id]


def test_the_index_says_who_follows_whichever_way_she_came_or_went(house: House) -> None:
    house.world.add_person('wu', '吴老师')
    house.world.follow('wu', ACCOUNT)
    house.world.wait_idle(20)
    assert list(records.following(ACCOUNT)) == [id_of(house, 'wu')]
    house.world.unfollow('wu', ACCOUNT)
    house.world.wait_idle(20)
    assert list(records.following(ACCOUNT)) == []


# Lists that are wrong


def broken(monkeypatch: pytest.MonkeyPatch, change: Any) -> None:
    """WeChat's list as it is, then changed."""
    whole = standin.everybody
    api = standin.APIS['user/get']
    from local.standin import api as doors

    def answer(call: Any) -> Any:
        found = whole(call)
        change(found)
        return found

    monkeypatch.setitem(doors.APIS, 'user/get', api.__class__(api.method, answer, api.granted))


def lacks_one(found: dict[str, Any]) -> None:
    found['data']['openid'].pop()
    found['count'] -= 1


def says_nobody(found: dict[str, Any]) -> None:
    found.clear()
    found.update(total=0, count=0, next_openid='')


def twice_the_same(found: dict[str, Any]) -> None:
    found['data']['openid'][0] = found['data']['openid'][1]


def no_list(found: dict[str, Any]) -> None:
    found['data'] = {'openid': None}


def miscounted(found: dict[str, Any]) -> None:
    found['count'] += 1


@pytest.mark.parametrize('change', (lacks_one, says_nobody, twice_the_same, no_list, miscounted))
def test_a_list_that_is_not_whole_changes_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch, told: pytest.LogCaptureFixture, change: Any
) -> None:
    town(house, 3)
    night(house)
    house.later(DAY)
    house.world.add_person('new', '新来的', 'resident', (ACCOUNT,))
    before = {id: row.version for id, row in rows().items()}
    broken(monkeypatch, change)
    night(house)
    assert {id: row.version for id, row in rows().items()} == before
    assert told.records[-1].levelname == 'ERROR'
    assert told.messages[-1].startswith(f'followers not reconciled account={ACCOUNT} reason=')


def test_an_error_in_the_middle_of_the_list_changes_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch, told: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(standin, 'PAGE', 2)
    town(house, 4)
    calls = iter((False, True))

    def fails(found: dict[str, Any]) -> None:
        if next(calls):
            found.clear()
            found.update(errcode=-1, errmsg='system error')

    broken(monkeypatch, fails)
    night(house)
    assert rows() == {}
    assert told.messages[-1].startswith(f'followers not reconciled account={ACCOUNT} reason=')


def test_a_list_of_several_pages_is_put_together(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standin, 'PAGE', 2)
    town(house, 4)
    waited: list[float] = []
    monkeypatch.setattr(followers, 'PAGES_APART', 1.5)
    night(house, pause=waited.append)
    assert len(rows()) == 5
    assert waited == [1.5, 1.5]


def test_whole_lists_that_lose_too_many_at_once_let_nobody_go(house: House, told: pytest.LogCaptureFixture) -> None:
    people = town(house, 20)
    night(house)
    for person in people[:6]:
        quietly(house, person, follows=False)
    house.later(DAY)
    night(house)
    assert all(row.followed for row in rows().values())
    assert told.messages[-1].endswith('reason=6 of 21 would have left, 15 are listed')
    quietly(house, people[0], follows=True)
    house.later(DAY)
    night(house)
    assert sum(not row.followed for row in rows().values()) == 5


def test_one_whom_the_list_lacks_but_who_follows_by_name_stays(
    house: House, monkeypatch: pytest.MonkeyPatch, told: pytest.LogCaptureFixture
) -> None:
    town(house, 3)
    night(house)
    house.later(DAY)

    def lacks_one_and_says_so(found: dict[str, Any]) -> None:
        lacks_one(found)
        found['total'] -= 1

    broken(monkeypatch, lacks_one_and_says_so)
    night(house)
    assert all(row.followed for row in rows().values())
    assert f'a follower was missing in the list account={ACCOUNT}' in told.messages


@pytest.mark.parametrize('code', (-1, 45009, 48001, 40003))
def test_one_who_cannot_be_asked_after_by_name_stays(house: House, code: int) -> None:
    town(house, 2)
    night(house)
    quietly(house, 'lin', follows=False)
    house.later(DAY)
    house.world.faults.always['/cgi-bin/user/info'] = code
    night(house)
    assert all(row.followed for row in rows().values())


# What happens meanwhile


@pytest.mark.parametrize('does', ('writes', 'follows again'))
def test_who_is_heard_while_the_list_is_being_read_is_not_let_go(
    house: House, monkeypatch: pytest.MonkeyPatch, does: str
) -> None:
    town(house, 2)
    house.says('楼道的灯坏了')
    night(house)
    house.later(DAY)
    asked = followers.everybody

    def meanwhile(*given: Any) -> frozenset[str]:
        quietly(house, 'lin', follows=False)
        listed = asked(*given)
        if does == 'writes':
            quietly(house, 'lin', follows=True)
            house.says('还没修好')
        else:
            house.world.follow('lin', ACCOUNT)
            house.world.wait_idle(20)
        quietly(house, 'lin', follows=False)  # even if WeChat said by name that she had left
        return listed

    monkeypatch.setattr(followers, 'everybody', meanwhile)
    night(house)
    assert house.conversation.followed is True


def test_who_leaves_while_the_list_is_being_read_is_not_taken_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.says('楼道的灯坏了')
    asked = followers.everybody

    def meanwhile(*given: Any) -> frozenset[str]:
        listed = asked(*given)
        house.world.unfollow('lin', ACCOUNT)
        house.world.wait_idle(20)
        return listed

    monkeypatch.setattr(followers, 'everybody', meanwhile)
    night(house)
    assert house.conversation.followed is False


class Killed(BaseException):
    """The process ends here."""


def test_a_night_that_was_killed_is_finished_by_the_next(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    people = town(house, 12)
    night(house)
    for person in people[:5]:
        quietly(house, person, follows=False)
    for index in range(5):
        house.world.add_person(f'new{index}', '新来的', 'resident', (ACCOUNT,))
    house.later(DAY)
    writes = 0
    for name in ('_put', '_change'):
        really = getattr(following, name)

        def counted(*given: Any, really: Any = really) -> Any:
            nonlocal writes
            writes += 1
            if writes == 3 or writes == 8:
                raise Killed
            return really(*given)

        monkeypatch.setattr(following, name, counted)
    for _ in range(2):
        with pytest.raises(Killed):
            night(house)
    night(house)
    gone = {id_of(house, person) for person in people[:5]}
    found = rows()
    assert {id for id, row in found.items() if not row.followed} == gone
    assert len(found) == 13 + 5
    assert all(row.version <= 2 for row in found.values())


# Accounts, and time


def test_an_account_that_may_not_ask_is_left_alone(unverified_house: House, told: pytest.LogCaptureFixture) -> None:
    night(unverified_house)
    assert rows() == {}
    assert not [message for message in told.messages if 'followers' in message]


def test_a_night_that_is_too_short_says_so_and_the_next_goes_on(house: House, told: pytest.LogCaptureFixture) -> None:
    town(house, 9)
    ticks = iter(range(1000))
    reconciling.reconcile(house.now, 9, monotonic=lambda: float(next(ticks)))
    some = len(rows())
    assert 0 < some < 10
    assert told.messages[-1] == 'followers left for the next night accounts=1'
    night(house)
    assert len(rows()) == 10


def test_one_account_that_fails_does_not_keep_the_others_from_it(
    house: House, told: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.alliance.records import Account

    Account('0other', name='没有密钥的', kind='subscription', verified=True, unit=HOME).save()
    Account('zother', name='没有密钥的', kind='subscription', verified=True, unit=HOME).save()
    alliance.forget()
    night(house)
    assert len(rows()) == 1
    failed = {message for message in told.messages if message.startswith('followers not reconciled')}
    assert failed == {f'followers not reconciled account={id} reason=Unknown' for id in ('0other', 'zother')}


def test_every_account_comes_first_before_long(now: datetime) -> None:
    class Named:
        def __init__(self, id: int) -> None:
            self.id = id

    accounts: Any = [Named(id) for id in range(66)]
    first = [reconciling.in_turn(accounts, now + night * DAY)[0].id for night in range(180)]
    assert set(first) == set(range(66))
    assert sorted(one.id for one in reconciling.in_turn(accounts, now)) == list(range(66))


def test_the_desk_shows_nobody_who_has_only_been_taken_in(house: House) -> None:
    town(house, 3)
    night(house)
    assert actions.recent(HOME) == []
    assert actions.waiting(HOME) == []
