"""For whom she writes: a further home, told once, and one digit with each new matter, through the door."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib import clock, settings
from chalicelib.alliance import actions as alliance
from chalicelib.alliance.records import Account, Unit
from chalicelib.desk import actions as desk
from chalicelib.inbox import actions, belonging, turns
from chalicelib.inbox.changing import change
from chalicelib.inbox.records import Conversation
from chalicelib.storage import Write
from ops import resources
from tests.door import ACCOUNT, HOME, ORIGINAL_ID, RESIDENT, SECRETS, Door
from tests.late import outage, work
from tests.store_faults import Wire

DISTRICT, STREET, MINJIANG, YUNXIAO = '370202', '370202001000', '370202001002', '370202001001'
AT_MINJIANG = {'Location_X': '36.0680', 'Location_Y': '120.3880', 'Scale': '16', 'Label': '闽江路'}
AT_YUNXIAO = {**AT_MINJIANG, 'Location_Y': '120.3820'}
BETWEEN = {**AT_MINJIANG, 'Location_Y': '120.3850'}

Move = Callable[[timedelta], None]


@pytest.fixture
def door(door: Door) -> Door:
    """The account of 仙游路社区, a street with two communities elsewhere, and the account of their district."""
    Unit(DISTRICT, name='市南区', kind='district', phone='0532-1').save()
    Unit(STREET, name='江苏路街道', kind='street', parent=DISTRICT).save()
    Unit(MINJIANG, name='闽江路社区', kind='community', parent=STREET, points=[[120.3880, 36.0680, 'invented']]).save()
    Unit(YUNXIAO, name='云霄路社区', kind='community', parent=STREET, points=[[120.3820, 36.0680, 'invented']]).save()
    Account(
        DISTRICT, name='微市南', kind='service', verified=True, mode='safe', unit=DISTRICT, original_id=ORIGINAL_ID
    ).save()
    resources.put_secret(settings.account_parameter(DISTRICT), json.dumps(SECRETS))
    alliance.forget()
    return door


@pytest.fixture
def later(door: Door) -> Move:
    def move(by: timedelta) -> None:
        clock.move(by)
        door.now += by

    return move


@pytest.fixture
def mother(door: Door, later: Move) -> Door:
    """She has told us of her mother's home, an hour ago."""
    add(door)
    later(timedelta(hours=1))
    return door


def add(door: Door, label: str = '我妈家', community: str = '闽江路') -> str:
    door.say('替家人')
    door.say(label)
    door.say('江苏路')
    return door.say(community)


def conversation(account: str = ACCOUNT) -> Conversation:
    found = actions.conversation(f'{account}#{RESIDENT}')
    assert found is not None
    return found


def homes(account: str = ACCOUNT) -> list[tuple[str, str]]:
    return [(home.label, home.unit) for home in conversation(account).homes]


def waiting() -> list[str]:
    return [unit.id for unit in alliance.units() for _ in actions.waiting(unit.id)]


def digits(words: str) -> str:
    return ''.join(line[0] for line in words.splitlines() if line[1:2] == '　')


def done(what: Callable[[Conversation], object], account: str = ACCOUNT) -> None:
    def write(fresh: Conversation) -> list[Write]:
        what(fresh)
        return []

    change(conversation(account), write, clock.now())


def close(account: str = ACCOUNT) -> None:
    done(turns.leave, account)


def test_a_further_home_is_told_by_a_word_a_name_and_digits(door: Door) -> None:
    assert '最多 12 个字' in door.say('替家人。')
    words = door.say('「我妈家」')
    assert words.startswith('「我妈家」在哪个街道')
    street = next(line[0] for line in words.splitlines() if line.endswith('江苏路街道'))
    words = door.say(street)
    community = next(line[0] for line in words.splitlines() if line.endswith('闽江路社区'))
    assert '「我妈家」在闽江路社区' in door.say(community)
    assert homes() == [('我妈家', MINJIANG)]
    assert waiting() == []  # nobody waits for an answer to any of it
    assert conversation().home_unit == HOME
    assert conversation().last_in_at is None


def test_a_point_tells_where_it_is_too(door: Door) -> None:
    door.say('替家人')
    door.say('我妈家')
    assert digits(door.send('location', **BETWEEN)) == '120'
    assert '在云霄路社区' in door.send('location', **AT_YUNXIAO)
    assert homes() == [('我妈家', YUNXIAO)]
    assert waiting() == []


@pytest.mark.parametrize('word', ['0', '算了'])
def test_she_can_leave_it(door: Door, word: str) -> None:
    door.say('我有两个家')
    assert '没有记' in door.say(word)
    assert '给您回话' in door.say('我妈家')
    assert waiting() == [HOME]


def test_she_can_leave_it_while_she_looks_for_the_place(door: Door) -> None:
    door.say('替家人')
    door.say('我妈家')
    assert '没有这个数字' in door.say('9')
    assert '没有记' in door.say('算了')
    assert homes() == []


@pytest.mark.parametrize('text', ['我家楼下的路灯坏了三天了没有人来修', '家里停水了', '着火了', '13800138000', '人工'])
def test_what_can_be_no_name_is_a_message_as_ever_and_so_is_what_follows(door: Door, later: Move, text: str) -> None:
    door.say('替家人')
    for words in (text, '在楼道'):
        later(timedelta(seconds=5))
        assert '在哪个街道' not in door.say(words)
        assert waiting() == [HOME]
    assert conversation().last_text.endswith('在楼道')


def test_after_half_an_hour_it_is_a_message(door: Door, later: Move) -> None:
    door.say('替家人')
    later(timedelta(minutes=31))
    assert '给您回话' in door.say('我妈家')
    assert homes() == []


def test_words_the_chat_knows_stay_what_they_are(door: Door) -> None:
    door.say('替家人')
    assert '现在没有等待答复' in door.say('进度')
    assert homes() == []


def test_three_are_all_and_one_can_be_taken_away(door: Door) -> None:
    for label in ('我妈家', '婆婆家', '老房子'):
        add(door, label)
    words = door.say('替家人')
    assert '删掉 婆婆家' in words
    assert '已经删掉「婆婆家」' in door.say('删掉婆婆家')
    assert [label for label, _ in homes()] == ['我妈家', '老房子']
    assert waiting() == []
    door.say('删掉婆婆家')
    assert waiting() == [HOME]  # of nothing of hers: a message


def test_what_is_called_the_same_moves(mother: Door) -> None:
    add(mother, community='云霄路')
    assert homes() == [('我妈家', YUNXIAO)]


def test_a_new_matter_asks_for_whom_and_is_on_the_list_at_once(mother: Door) -> None:
    words = mother.say('路灯坏了')
    assert '给您回话' in words
    assert '1　我自己（仙游路社区）' in words
    assert '2　我妈家（闽江路社区）' in words
    assert waiting() == [HOME]
    before = conversation()
    words = mother.say('2')
    assert '替「我妈家」的，已转给闽江路社区，说好的时间不变（11月' in words
    after = conversation()
    assert waiting() == [MINJIANG]
    assert (after.due_at, after.waiting_since) == (before.due_at, before.waiting_since)
    assert (after.for_whom, after.home_unit, after.last_text) == ('我妈家', HOME, '路灯坏了')


def test_for_herself_it_stays(mother: Door) -> None:
    mother.say('路灯坏了')
    assert '您自己的事' in mother.say('1')
    assert (waiting(), conversation().for_whom) == ([HOME], None)
    assert digits(mother.say('在楼下')) == ''


def test_who_has_one_home_is_asked_nothing(door: Door) -> None:
    assert digits(door.say('路灯坏了')) == ''


def test_a_home_told_of_while_a_matter_is_open_may_be_its_own(door: Door) -> None:
    door.say('路灯坏了')
    assert '这件事是替谁' in add(door)
    door.say('我妈家')
    assert (waiting(), conversation().for_whom) == ([MINJIANG], '我妈家')


def test_the_clerk_sees_for_whom_until_it_is_over(mother: Door) -> None:
    mother.say('路灯坏了')
    mother.say('2')
    member = alliance.member('wangmin')
    assert member
    assert '替「我妈家」来信' in desk.sheet(member, conversation(), clock.now()).about
    assert any('我妈家（闽江路社区' in fact.value for fact in desk.sheet(member, conversation(), clock.now()).known)
    close()
    assert conversation().for_whom is None
    mother.say('水管也坏了')
    assert waiting() == [HOME]


def test_a_follow_up_is_for_the_same(mother: Door) -> None:
    mother.say('路灯坏了')
    mother.say('2')
    until = clock.now() + timedelta(days=1)
    done(lambda fresh: turns.answered(fresh, False, until, clock.now()))
    assert conversation().for_whom == '我妈家'
    done(lambda fresh: turns.answered(fresh, False, None, clock.now()))
    assert conversation().for_whom is None


def test_what_staff_have_begun_stays_with_them_and_they_read_for_whom(mother: Door) -> None:
    mother.say('路灯坏了')

    def hand(fresh: Conversation) -> None:
        turns.hand(fresh, YUNXIAO, clock.now())
        fresh.moved_at = clock.now()

    done(hand)
    assert '已告诉正在办的云霄路社区' in mother.say('2')
    assert (waiting(), conversation().for_whom) == ([YUNXIAO], '我妈家')


def test_danger_asks_nothing_and_a_digit_names_no_time(mother: Door, later: Move) -> None:
    assert '替谁' not in mother.say('着火了')
    close()
    later(timedelta(hours=1))
    mother.say('路灯坏了')
    mother.say('着火了')
    words = mother.say('2')
    assert '转给闽江路社区' in words
    assert '时间' not in words
    assert waiting() == [MINJIANG]


def test_a_late_message_asks_nothing(mother: Door) -> None:
    with outage():
        mother.say('路灯坏了')
    assert work() == 1
    assert conversation().asked is None
    assert waiting() == [HOME]


def test_a_digit_after_half_an_hour_means_the_menu(mother: Door, later: Move) -> None:
    mother.say('路灯坏了')
    later(timedelta(minutes=31))
    assert '查看处理进度' in mother.say('2')
    assert waiting() == [HOME]


def test_on_the_district_s_account_herself_leads_to_the_place(mother: Door, later: Move) -> None:
    mother.account = DISTRICT
    add(mother)
    later(timedelta(hours=1))
    words = mother.say('路灯坏了')
    assert '1　我自己\n2　我妈家（闽江路社区）' in words
    words = mother.say('1')
    assert '在哪个街道' in words
    mother.say('江苏路')
    assert '已转给云霄路社区' in mother.say('云霄路')


def test_on_the_district_s_account_a_point_decides(mother: Door, later: Move) -> None:
    mother.account = DISTRICT
    add(mother)
    later(timedelta(hours=1))
    words = mother.send('location', **AT_YUNXIAO)
    assert '替谁' not in words
    assert waiting() == [YUNXIAO]
    close(DISTRICT)
    later(timedelta(hours=1))
    mother.say('路灯坏了')
    mother.say('2')
    assert waiting() == [MINJIANG]
    mother.send('location', **AT_YUNXIAO)
    assert (waiting(), conversation(DISTRICT).for_whom) == ([YUNXIAO], '我妈家')


def test_where_somebody_else_of_hers_lives_she_is_not_asked_whether_she_does(mother: Door) -> None:
    mother.account = DISTRICT
    add(mother)
    assert '您也住在' not in mother.send('location', **AT_MINJIANG)


def test_who_has_said_that_she_does_not_live_there_is_not_asked_again(door: Door, later: Move) -> None:
    door.account = DISTRICT
    door.send('location', **AT_MINJIANG)
    door.say('2')
    close(DISTRICT)
    later(timedelta(hours=1))
    assert '您也住在' not in door.send('location', **AT_MINJIANG)
    close(DISTRICT)
    later(timedelta(hours=1))
    assert '您也住在云霄路社区' in door.send('location', **AT_YUNXIAO)


def test_each_text_is_one_read_and_one_transaction(mother: Door) -> None:
    mother.say('替家人')
    wire = Wire()
    for text in ('婆婆家', '江苏路', '云霄路', '路灯坏了', '3', '删掉 婆婆家'):
        wire.sent.clear()
        mother.say(text)
        assert wire.sent == {'GetItem': 1, 'TransactWriteItems': 1}, text
    assert waiting() == [YUNXIAO]


def test_all_of_it_is_forgotten_with_her(mother: Door) -> None:
    mother.say('路灯坏了')
    mother.say('2')
    done(lambda fresh: belonging.does_not_live(fresh, YUNXIAO))
    done(belonging.forget)
    found = conversation()
    assert (list(found.homes), list(found.not_home), found.for_whom) == ([], [], None)
