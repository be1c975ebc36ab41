"""Where it happens routes what is open; where she lives is remembered when she says so: through the door."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib import clock, settings
from chalicelib.alliance import actions as alliance
from chalicelib.alliance.records import Account, Unit
from chalicelib.inbox import actions
from chalicelib.inbox.records import Conversation, Kept, Message
from chalicelib.residents import actions as residents
from ops import resources
from tests.door import ORIGINAL_ID, RESIDENT, SECRETS, Door
from tests.late import outage, work
from tests.store_faults import Wire

DISTRICT, STREET, MINJIANG, YUNXIAO = '370202', '370202001000', '370202001002', '370202001001'
ID = f'{DISTRICT}#{RESIDENT}'
AT_MINJIANG = {'Location_X': '36.0680', 'Location_Y': '120.3880', 'Scale': '16', 'Label': '闽江路'}
BETWEEN = {**AT_MINJIANG, 'Location_Y': '120.3850'}
NOWHERE = {**AT_MINJIANG, 'Location_Y': '121.0'}

Move = Callable[[timedelta], None]


@pytest.fixture
def door(door: Door) -> Door:
    """The district's account, and ten streets with a community each; the first has eleven, of which two have points."""
    from chalicelib.alliance import actions as alliance
    from ops import resources

    Unit(DISTRICT, name='市南区', kind='district', phone='0532-1').save()
    for number in range(1, 11):
        street = f'3702020{number:02}000'
        Unit(street, name=f'{number}号街道', kind='street', parent=DISTRICT).save()
        for community in range(1, 12 if number == 1 else 2):
            id = f'3702020{number:02}{community:03}'
            Unit(id, name=f'{number}之{community}社区', kind='community', parent=street).save()
    Unit(MINJIANG, name='闽江路社区', kind='community', parent=STREET, points=[[120.3880, 36.0680, 'invented']]).save()
    Unit(YUNXIAO, name='云霄路社区', kind='community', parent=STREET, points=[[120.3820, 36.0680, 'invented']]).save()
    Unit('dept', name='城管局', kind='department', parent=DISTRICT).save()
    Account(
        DISTRICT, name='微市南', kind='service', verified=True, mode='safe', unit=DISTRICT, original_id=ORIGINAL_ID
    ).save()
    resources.put_secret(settings.account_parameter(DISTRICT), json.dumps(SECRETS))
    alliance.forget()
    door.account = DISTRICT
    return door


@pytest.fixture
def later(door: Door) -> Move:
    def move(by: timedelta) -> None:
        clock.move(by)
        door.now += by

    return move


def conversation() -> Conversation:
    found = actions.conversation(ID)
    assert found is not None
    return found


def waiting() -> dict[str, str]:
    """Who waits for whom: as the lists of all units show it."""
    return {row.id: unit.id for unit in alliance.units() for row in actions.waiting(unit.id)}


def digits(words: str) -> str:
    return ''.join(line[0] for line in words.splitlines() if line[1:2] == '　')


def test_a_point_says_whose_place_it_is_and_she_is_asked_whether_she_lives_there(door: Door) -> None:
    words = door.send('location', **AT_MINJIANG)
    assert '转给闽江路社区' in words
    assert '闽江路社区的工作人员会在 11月24日（周二）14:00 前' in words
    assert digits(words) == '12'
    assert waiting() == {ID: MINJIANG}
    assert conversation().home_unit == DISTRICT
    assert '您住在闽江路社区' in door.say('1')
    assert (conversation().home_unit, conversation().home_by) == (MINJIANG, 'herself')
    assert waiting() == {ID: MINJIANG}


def test_who_lives_elsewhere_is_not_remembered_there(door: Door) -> None:
    door.send('location', **AT_MINJIANG)
    assert '没有记' in door.say('2')
    assert (conversation().home_unit, conversation().home_by) == (DISTRICT, 'account')
    assert waiting() == {ID: MINJIANG}
    assert conversation().last_text == '位置'  # a digit is nothing to read in a list


def test_what_was_written_first_keeps_its_clock_when_the_point_comes(door: Door, later: Move) -> None:
    assert '市南区的工作人员' in door.say('路灯坏了')
    first = conversation()
    assert waiting() == {ID: DISTRICT}
    later(timedelta(minutes=2))
    words = door.send('location', **AT_MINJIANG)
    assert '已按您发的位置转给闽江路社区。说好的时间不变。' in words
    assert waiting() == {ID: MINJIANG}
    moved = conversation()
    assert (moved.due_at, moved.waiting_since) == (first.due_at, first.waiting_since)
    assert moved.chase_at  # its staff are told
    assert moved.rung == 0


def test_without_a_point_street_and_community_are_asked_and_the_message_is_on_the_list_meanwhile(door: Door) -> None:
    words = door.say('路灯坏了')
    assert digits(words) == '1234567890'
    assert waiting() == {ID: DISTRICT}
    due_at = conversation().due_at
    assert digits(door.say('0')) == '120'  # two more, and from the beginning
    words = door.say('０')
    assert '1　1号街道' in words
    words = door.say('1。')
    assert digits(words) == '1234567890'
    assert '2　闽江路社区' in words
    assert digits(door.say('0')) == '120'
    assert '1号街道' in door.say('0')
    door.say('1')
    words = door.say('2')
    assert '已转给闽江路社区，说好的时间不变（11月24日（周二）14:00 前答复您）' in words
    assert (waiting(), conversation().due_at) == ({ID: MINJIANG}, due_at)
    door.say('1')
    assert conversation().home_unit == MINJIANG


def test_a_name_does_as_well_as_a_digit(door: Door) -> None:
    door.say('路灯坏了')
    door.say('1号街道')
    assert '已转给闽江路社区' in door.say('闽江路')


def test_a_digit_that_is_not_there_is_asked_again_and_starts_no_clock(door: Door) -> None:
    door.say('路灯坏了')
    door.say('0')
    since = conversation().waiting_since
    assert '没有这个数字' in door.say('7')
    assert '已转给' not in door.say('1')
    assert conversation().waiting_since == since


@pytest.mark.parametrize('digit', ['1', '7', '0'])
def test_a_late_digit_means_the_menu(door: Door, later: Move, digit: str) -> None:
    door.say('路灯坏了')
    later(timedelta(minutes=31))
    assert '查看处理进度' in door.say(digit)
    assert waiting() == {ID: DISTRICT}


def test_between_two_she_chooses_among_these(door: Door) -> None:
    words = door.send('location', **BETWEEN)
    assert '1　闽江路社区' in words or '2　闽江路社区' in words
    assert digits(words) == '120'
    assert waiting() == {ID: DISTRICT}
    digit = next(line[0] for line in words.splitlines() if '闽江路' in line and line[1:2] == '　')
    door.say(digit)
    assert waiting() == {ID: MINJIANG}


def test_far_from_all_points_it_is_asked(door: Door) -> None:
    assert digits(door.send('location', **NOWHERE)) == '1234567890'
    assert waiting() == {ID: DISTRICT}


def test_who_is_known_to_live_somewhere_is_asked_nothing(door: Door) -> None:
    door.event('subscribe', f'qrscene_sq:{MINJIANG}')
    assert conversation().home_by == 'poster'
    words = door.say('路灯坏了')
    assert (digits(words), waiting()) == ('', {ID: MINJIANG})


def test_a_point_elsewhere_routes_this_matter_and_leaves_home_alone(door: Door, later: Move) -> None:
    door.event('subscribe', f'qrscene_sq:{YUNXIAO}')
    door.say('路灯坏了')
    words = door.send('location', **AT_MINJIANG)
    assert '转给闽江路社区' in words
    assert digits(words) == ''
    assert (waiting(), conversation().home_unit) == ({ID: MINJIANG}, YUNXIAO)


def test_a_poster_scanned_later_says_where_she_lives_unless_she_has_said(door: Door) -> None:
    door.event('subscribe')
    door.event('SCAN', f'sq:{YUNXIAO}')
    assert (conversation().home_unit, conversation().home_by) == (YUNXIAO, 'poster')
    door.event('SCAN', f'sq:{MINJIANG}')
    assert conversation().home_unit == YUNXIAO


def test_what_staff_have_handed_over_is_not_moved_by_a_point(door: Door) -> None:
    from chalicelib.inbox import turns
    from chalicelib.inbox.changing import change

    door.say('路灯坏了')

    def hand(fresh: Conversation) -> list[object]:
        turns.hand(fresh, 'dept', door.now)
        return []

    change(conversation(), hand, door.now)
    assert '转给' not in door.send('location', **AT_MINJIANG)
    assert waiting() == {ID: 'dept'}
    assert '已经在办' in _choose(door)


def _choose(door: Door) -> str:
    """The question of before is still open; its digits lead nowhere else now."""
    door.say('1')
    return door.say('2')


def test_the_next_matter_starts_from_home_again(door: Door) -> None:
    from chalicelib.inbox import turns
    from chalicelib.inbox.changing import change

    door.send('location', **AT_MINJIANG)
    door.say('2')

    def close(fresh: Conversation) -> list[object]:
        turns.leave(fresh)
        return []

    change(conversation(), close, door.now)
    door.say('还有一件事')
    assert waiting() == {ID: DISTRICT}


def test_a_community_s_account_keeps_what_comes_to_it(door: Door) -> None:
    from tests.door import ACCOUNT, HOME

    door.account = ACCOUNT
    assert '转给' not in door.send('location', **AT_MINJIANG)
    assert waiting() == {f'{ACCOUNT}#{RESIDENT}': HOME}


def test_placing_costs_one_read_and_one_transaction(door: Door) -> None:
    door.say('路灯坏了')
    wire = Wire()
    door.say('1')
    wire.sent.clear()
    door.say('2')
    assert wire.sent == {'GetItem': 1, 'TransactWriteItems': 1}
    wire.sent.clear()
    door.send('location', **AT_MINJIANG)
    assert wire.sent == {'GetItem': 1, 'TransactWriteItems': 1}


def test_a_point_that_comes_late_routes_asks_nothing_and_ends_what_was_asked_before(door: Door) -> None:
    door.say('路灯坏了')
    with outage():
        door.send('location', **AT_MINJIANG)
    assert work() == 1
    assert waiting() == {ID: MINJIANG}
    assert conversation().asked.kind == 'place'
    assert '闽江路社区已经在办' in _choose(door)
    assert waiting() == {ID: MINJIANG}


def test_a_digit_that_comes_late_goes_no_step(door: Door) -> None:
    door.say('路灯坏了')
    door.say('1')
    with outage():
        door.say('2')
    assert work() == 1
    assert waiting() == {ID: DISTRICT}


def test_neither_of_those_near_leads_to_the_streets(door: Door) -> None:
    door.send('location', **BETWEEN)
    assert '1　1号街道' in door.say('0')


def test_a_street_s_account_asks_for_the_community_at_once(door: Door) -> None:
    Account(
        STREET, name='1号街道', kind='service', verified=True, mode='safe', unit=STREET, original_id=ORIGINAL_ID
    ).save()
    resources.put_secret(settings.account_parameter(STREET), json.dumps(SECRETS))
    alliance.forget()
    door.account = STREET
    assert '在1号街道的哪个社区' in door.say('路灯坏了')
    words = door.say('0')
    assert digits(words) == '120'
    assert '从头再看' in words
    assert digits(door.say('0')) == '1234567890'
    assert '已转给闽江路社区' in door.say('2')


def test_a_place_told_in_danger_names_no_time_and_asks_nothing(door: Door, later: Move) -> None:
    door.say('着火了')
    later(timedelta(minutes=1))
    words = door.send('location', **AT_MINJIANG)
    assert '转给闽江路社区' in words
    assert '说好的时间' not in words
    assert digits(words) == ''
    assert waiting() == {ID: MINJIANG}


def test_more_about_a_danger_brings_no_list_to_choose_from(door: Door, later: Move) -> None:
    door.say('着火了')
    later(timedelta(minutes=6))
    assert digits(door.say('在三楼')) == ''


def test_a_digit_in_danger_is_told_no_time(door: Door, later: Move) -> None:
    door.say('楼道灯不亮')
    later(timedelta(minutes=1))
    door.say('着火了')
    door.say('1')
    words = door.say('1')
    assert '已转给' in words
    assert '说好的时间' not in words
    assert ' 前' not in words


def kept(text: str, machine: bool) -> None:
    found = conversation()
    found.kept = [
        Kept(key='1#1', kind='text', text=text, unit_name='市南区', confirmed_at=clock.now(), machine=machine)
    ]
    found.save()
    Message(ID, '1#1', at=clock.now(), way='out', kind='text', text=text, state='kept').save()


def test_a_digit_that_chooses_is_no_knock(door: Door) -> None:
    """A word of the machine waits for her next message; that message answers what she was asked."""
    door.say('路灯坏了')
    kept('没能在说好的时间前答复', machine=True)
    words = door.say('1')
    assert words.startswith('没能在说好的时间前答复')
    assert '闽江路社区' in words
    assert waiting() == {ID: DISTRICT}


def test_a_question_that_has_no_room_beside_a_kept_reply_is_not_open(door: Door) -> None:
    door.say('早上的事')
    kept('答' * 640, machine=False)
    clock.move(timedelta(minutes=31))
    door.now += timedelta(minutes=31)
    words = door.say('路灯坏了')
    assert digits(words) == ''
    assert conversation().asked is None


def test_what_is_known_of_her_moves_with_a_poster_too(door: Door) -> None:
    door.say('楼道灯不亮')
    residents.tell(conversation(), {'name': '林', 'building': '', 'door': '', 'phone': ''}, None, door.now)
    door.event('SCAN', f'sq:{YUNXIAO}')
    assert [one.id for one in residents.by_unit(YUNXIAO, door.now)] == [ID]
