"""Booking by message, through the door: three numbered questions, what may come in between, and who is quicker."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from chalicelib import clock
from chalicelib.alliance import actions as alliance
from chalicelib.bookings import actions as bookings
from chalicelib.bookings import making, records, rules
from chalicelib.bookings.actions import Booker, Wish
from chalicelib.bookings.records import Booking
from chalicelib.inbox import actions
from chalicelib.inbox.records import Conversation, Message
from chalicelib.residents import actions as residents
from chalicelib.services import actions as services
from tests.bookings.shop import FIRST, furnish, item
from tests.door import ACCOUNT, HOME, RESIDENT, Door
from tests.store_faults import Wire, cancelled

ID = f'{ACCOUNT}#{RESIDENT}'
SATURDAY = datetime(2026, 11, 28, 9, 0, tzinfo=clock.BEIJING)
HERE = '仙游路15号3号楼2单元501，13800000009'
KNOWN = {'name': '王阿姨', 'building': '仙游路15号3号楼', 'door': '2单元501', 'phone': '13800000009'}

Move = Callable[[timedelta], None]


@pytest.fixture
def door(door: Door) -> Door:
    """The same companies as in the tests of bookings."""
    furnish(door.now)
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


def waits() -> bool:
    return conversation().waiting_unit is not None


def all_bookings() -> list[Booking]:
    return sorted(Booking.scan(), key=lambda one: one.made_at)


def only() -> Booking:
    [found] = all_bookings()
    return found


def state(of: Booking) -> str:
    return str(bookings.find(of.id).state)


def digit(words: str, of: str) -> str:
    return next(line[0] for line in words.splitlines() if line[1:2] == '　' and of in line)


def digits(words: str) -> str:
    return ''.join(line[0] for line in words.splitlines() if line[1:2] == '　')


def to_times(door: Door) -> str:
    return door.say(digit(door.say('预约'), '日常保洁'))


def to_held(door: Door, when: str = '周六9点') -> str:
    to_times(door)
    return door.say(when)


def booked(door: Door, when: str = '周六9点') -> Booking:
    to_held(door, when)
    door.say(HERE)
    door.say('1')
    return all_bookings()[-1]


def known(door: Door) -> None:
    door.say('我的预约')
    residents.tell(conversation(), KNOWN, None, door.now)


def take(number: int, at: datetime, door: Door) -> None:
    """Somebody else takes this time with one of the two companies."""
    found = services.item('cleaning')
    assert found
    wish = Wish('cleaning', 'h4', at, making.mark(found.options[1]))
    bookings.do(lambda: making.hold(wish, Booker(f'a#o{number}', HOME, 'chat'), f'taken{number}{at}', door.now))


def both_taken(door: Door, at: datetime = SATURDAY) -> None:
    take(1, at, door)
    take(2, at, door)


class TestThreeAnswers:
    def test_a_service_a_time_and_where_then_it_is_booked(self, door: Door) -> None:
        words = door.say('服务预约')
        assert words.startswith('您要哪一项？')
        assert digits(words) == '1234'
        assert '/s/' in words.splitlines()[-1]
        words = door.say(digit(words, '日常保洁'))
        assert '80 元/次，最多 120 元' in words
        assert digits(words) == '1234560'
        words = door.say('2')
        assert '给您留到 22:20' in words
        assert '80 元/次，最多 120 元' in words
        words = door.say(HERE)
        assert '上门到仙游路15号3号楼…，电话尾号 0009' in words
        assert digits(words) == '120'
        words = door.say('1')
        found = only()
        assert words.startswith('已预约：日常保洁（2 小时），11月24日（周二）12:00')
        assert found.id in words
        assert (found.state, found.partner, found.made_by) == (rules.OFFERED, FIRST, 'chat')
        kept = records.contact(found.id)
        assert (kept.phone, kept.address, kept.forget_at) == ('13800000009', '仙游路15号3号楼2单元501', None)
        assert not waits()

    def test_where_she_lives_is_known_it_is_three_digits(self, door: Door) -> None:
        known(door)
        words = door.say(digit(to_times(door), '08:00'))
        assert '上门到仙游路15号3号楼…，电话尾号 0009' in words
        assert '501' not in words
        assert digits(words) == '120'
        assert '已预约' in door.say('1')
        kept = records.contact(only().id)
        assert (kept.name, kept.address, kept.phone) == ('王阿姨', '仙游路15号3号楼 2单元501', '13800000009')

    def test_where_to_come_is_kept_with_the_booking_only(self, door: Door) -> None:
        to_held(door)
        door.say('闽江路2号1单元101，王阿姨，13800000008')
        assert '已预约' in door.say('1')
        assert records.contact(only().id).address == '闽江路2号1单元101 王阿姨'
        kept = ' '.join(line.text + (line.answer or '') for line in Message.query(ID)) + str(conversation().asked)
        assert not [word for word in ('101', '王阿姨', '13800000008') if word in kept + conversation().last_text]

    def test_another_address_than_the_known_one(self, door: Door) -> None:
        known(door)
        to_held(door)
        assert '请写在一条里' in door.say('2')
        assert '电话记下了' not in door.say('闽江路2号1单元101')  # with the telephone that is known
        assert '已预约' in door.say('1')
        assert records.contact(only().id).address == '闽江路2号1单元101'

    def test_address_and_telephone_in_two_messages(self, door: Door) -> None:
        to_held(door)
        assert '还要一个电话' in door.say('仙游路15号3号楼2单元501')
        assert '就这样订' in door.say('138 0000 0009')
        assert '已预约' in door.say('1')

    def test_the_menu_begins_it(self, door: Door) -> None:
        assert door.event('CLICK', 'menu:book').startswith('您要哪一项？')

    def test_a_service_account_opens_its_page_by_wechats_word(self, door: Door) -> None:
        account = alliance.account(ACCOUNT)
        assert account
        account.kind, account.verified = 'service', True
        account.save()
        alliance.forget()
        assert door.say('预约').endswith(f'/go/{ACCOUNT}/book')

    @pytest.mark.parametrize('said', ['日常保洁', '保洁', '预约保洁', '我要预约 日常保洁。'])
    def test_a_services_name_begins_with_its_times(self, door: Door, said: str) -> None:
        assert door.say(said).startswith('日常保洁（2 小时），80 元/次')

    @pytest.mark.parametrize(
        'said', ['楼道保洁太差了', '我想问问保洁的事', '家里要维修', '预约挂号', '取消', '满意', '同意', '加入']
    )
    def test_other_words_are_for_a_person(self, door: Door, said: str) -> None:
        assert '已收到' in door.say(said)
        assert waits()
        assert all_bookings() == []

    def test_all_services_are_found_by_category(self, door: Door) -> None:
        words = door.say('4') if door.say('预约') else ''
        assert words == '您要哪一类？回复数字：\n1　家政保洁'
        words = door.say('1')
        assert digits(words) == '1230'
        assert door.say('0').startswith('您要哪一类')
        door.say('1')
        assert '什么时候方便' in door.say(digit(words, '日常保洁'))

    def test_more_than_nine_services_are_two_pages(self, door: Door) -> None:
        for number in range(9):
            item(f'more-{number}', name=f'服务{number}', order=9).save()
        services.forget()
        words = door.say(digit(door.say('预约'), '全部服务'))
        words = door.say('1')
        assert digits(words) == '1234567890'
        assert digits(door.say('0')) == '1230'

    def test_other_options_are_one_digit_away(self, door: Door) -> None:
        words = door.say(digit(to_times(door), '换成 4 小时'))
        assert words.startswith('日常保洁（4 小时），150 元/次，最多 200 元')
        door.say('周六9点')
        assert only().option == 'h4'

    def test_more_times_and_from_the_beginning_again(self, door: Door) -> None:
        first = to_times(door)
        second = door.say('0')
        assert not {line[2:] for line in first.splitlines()[1:6]} & {line[2:] for line in second.splitlines()[1:6]}
        for _ in range(5):
            second = door.say('0')
        assert '从头再看' in second or second == first
        assert first in (second, door.say('0'))

    def test_a_class_needs_a_telephone_only(self, door: Door) -> None:
        door.say(digit(door.say('预约'), '手机课'))
        assert '地点：社区活动室' in door.say('1')
        door.say('13800000009')
        assert '已预约' in door.say('1')

    def test_a_request_is_a_wish_then_where(self, door: Door) -> None:
        words = door.say(digit(door.say('预约'), '火车票'))
        assert '请用一条消息写明需要什么' in words
        words = door.say('两张 12月1日去北京的二等座')
        assert '您的需求记下了' in words
        door.say(HERE)
        assert '已收到您的需求' in door.say('1')
        found = only()
        assert (found.state, found.form) == (rules.OFFERED, rules.BY_REQUEST)
        assert records.contact(found.id).note == '两张 12月1日去北京的二等座'
        assert not waits()

    def test_every_answer_fits_a_phone(self, door: Door) -> None:
        said = [
            door.say('预约'),
            to_times(door),
            door.say('周六9点'),
            door.say(HERE),
            door.say('1'),
            door.say('我的预约'),
        ]
        for words in said:
            before_list = next((words[:at] for at in [words.find('\n1　')] if at >= 0), words)
            assert len(before_list) <= 120
            assert len(words.encode()) <= 2048
            assert '!' not in words
            assert '！' not in words


class TestInBetween:
    def test_an_unknown_digit_leaves_the_question_open(self, door: Door) -> None:
        to_times(door)
        assert door.say('9') == '没有这个数字。'
        assert '给您留到' in door.say('1')

    def test_danger_comes_first(self, door: Door) -> None:
        to_held(door)
        assert '119' in door.say('厨房着火了')
        assert '已预约' not in door.say('1')
        assert state(only()) == rules.HELD

    def test_an_ordinary_sentence_waits_for_a_person_and_the_question_stays(self, door: Door) -> None:
        to_held(door)
        assert '已收到' in door.say('楼道的灯不亮了，请来看看')
        assert waits()
        assert '就这样订' in door.say(HERE)
        assert '已预约' in door.say('1')
        assert waits()

    @pytest.mark.parametrize('said', ['3号楼水管漏水了 13800000009', '谢谢', '您们几点上班？', '我妈身体不好'])
    def test_what_is_no_address_is_not_taken_for_one(self, door: Door, said: str) -> None:
        to_held(door)
        assert '就这样订' not in door.say(said)
        assert conversation().asked.kind == 'booking'

    def test_after_another_message_a_wish_is_a_message(self, door: Door, later: Move) -> None:
        door.say(digit(door.say('预约'), '火车票'))
        later(timedelta(seconds=20))
        door.send('image', MediaId='m', PicUrl='http://x/y')
        later(timedelta(seconds=20))
        door.say('楼上一直很吵')
        assert list(records.Contact.scan()) == []
        assert waits()

    def test_it_is_left_and_the_slot_is_free_at_once(self, door: Door) -> None:
        to_held(door)
        door.say('仙游路15号3号楼2单元501')
        assert door.say('不要了') == '好的，没有订。'
        assert state(only()) == rules.CANCELLED
        assert records.contact(only().id) is None
        assert '已收到' in door.say('1')  # nothing is asked any more

    def test_what_was_confirmed_elsewhere_is_not_let_go(self, door: Door) -> None:
        to_held(door)
        door.say(HERE)
        found, where = only(), bookings.Where('', '13800000009', '仙游路15号')
        by = Booker(ID, HOME, 'link')
        bookings.do(lambda: making.confirm(found.id, where, '8000.12000', by, door.now))
        door.say('不要了')
        assert state(found) == rules.OFFERED
        assert records.contact(found.id)

    def test_where_to_come_to_what_was_confirmed_elsewhere_is_not_written_over(self, door: Door) -> None:
        to_held(door)
        held = only()
        where = bookings.Where('王阿姨', '13800000001', '仙游路 1 号')
        bookings.do(lambda: making.confirm(held.id, where, making.mark(held), Booker(ID, HOME, 'oauth'), door.now))
        door.say(HERE)
        kept = records.contact(held.id)
        assert kept
        assert (kept.address, kept.phone, kept.forget_at) == ('仙游路 1 号', '13800000001', None)
        assert waits()  # a person reads it, who can ring the company

    def test_a_new_beginning_lets_go_what_was_held(self, door: Door) -> None:
        to_held(door)
        door.say('预约')
        assert state(only()) == rules.CANCELLED

    def test_a_digit_after_half_an_hour_books_nothing(self, door: Door, later: Move) -> None:
        to_times(door)
        later(timedelta(minutes=31))
        assert '已经作废' in door.say('1')
        assert all_bookings() == []

    def test_a_price_that_changes_is_asked_again(self, door: Door) -> None:
        to_held(door)
        door.say(HERE)
        changed = services.item_now('cleaning')
        assert changed
        changed.options[0].price = 9000
        changed.save()
        words = door.say('1')
        assert '90 元/次' in words
        assert state(only()) == rules.HELD
        assert '90 元/次' in door.say('1')
        assert only().price == 9000

    def test_what_is_withdrawn_meanwhile(self, door: Door) -> None:
        to_held(door)
        door.say(HERE)
        changed = services.item_now('cleaning')
        assert changed
        changed.state = 'withdrawn'
        changed.save()
        assert '暂时不能预约' in door.say('1')

    def test_unproven_and_late_words_begin_nothing(self, door: Door) -> None:
        from chalicelib.bookings import chat
        from chalicelib.chat.visit import Visit
        from chalicelib.wechat import message

        account, unit = alliance.account(ACCOUNT), alliance.unit(HOME)
        assert account
        assert unit
        door.say('预约')
        inbound = message.parse(door.xml('text', Content='1').encode())
        visit = Visit(account, unit, None, conversation(), inbound, door.now)
        assert chat.answer(visit)
        assert chat.answer(visit._replace(late=True)) is None
        assert chat.answer(visit._replace(proven=False)) is None


class TestTimes:
    @pytest.mark.parametrize('said', ['周六9点', '星期六上午九点', '11月28日 9:00', '28号早上9点吧', '周六9点可以'])
    def test_a_written_time_that_is_free_is_held(self, door: Door, said: str) -> None:
        assert '11月28日（周六）09:00' in to_held(door, said)

    def test_a_day_alone_shows_its_times(self, door: Door) -> None:
        words = to_held(door, '周六')
        assert words.startswith('您说的时间有这几个空档')
        assert digits(words) == '12345'
        assert all('（周六）' in line for line in words.splitlines()[1:])

    def test_a_time_nobody_has_free_is_said_so(self, door: Door) -> None:
        assert to_held(door, '周六晚上8点').startswith('您说的时间没有空')
        assert all_bookings() == []

    def test_a_time_somebody_took_meanwhile(self, door: Door) -> None:
        words = to_times(door)
        both_taken(door, datetime(2026, 11, 24, 8, 0, tzinfo=clock.BEIJING))
        words = door.say('1')
        assert words.startswith('这个时间刚刚被订走了')
        assert digits(words) == '123'
        assert '给您留到' in door.say('1')

    def test_a_hold_that_ran_out_and_was_taken(self, door: Door, later: Move) -> None:
        to_held(door)
        door.say(HERE)
        later(timedelta(minutes=11))
        both_taken(door)
        words = door.say('1')
        assert digits(words) == '123'
        words = door.say('2')
        assert '上门到仙游路15号3号楼…，电话尾号 0009' in words  # she need not write it again
        assert '已预约' in door.say('1')

    def test_a_hold_that_ran_out_and_that_nobody_took_is_hers(self, door: Door, later: Move) -> None:
        to_held(door)
        door.say(HERE)
        later(timedelta(minutes=11))
        assert '已预约' in door.say('1')

    def test_who_is_overtaken_by_another_writer_decides_again(self, door: Door) -> None:
        to_times(door)
        wire = Wire()
        wire.meet('TransactWriteItems', cancelled('TransactionConflict'))
        assert '给您留到' in door.say('1')
        assert len(all_bookings()) == 1

    def test_a_second_yes_at_the_same_moment_is_a_message_of_its_own(self, door: Door) -> None:
        door.say(digit(door.say('预约'), '火车票'))
        door.say('两张 12月1日去北京的二等座')
        door.say(HERE)
        Wire().meet('TransactWriteItems', lambda: door.say('1') and None)
        assert '已收到' in door.say('1')
        assert len(all_bookings()) == 1
        assert [message.text for message in Message.scan()].count('1') == 2


def test_requests_of_each_step(door: Door) -> None:
    """With the catalogue in memory: her conversation and one transaction, and between them what has to be current.

    Free times: one query for each of the two crews. Holding: the item, her bookings, the day's cells. Confirming: the
    booking, what she has written, the item, the cells.
    """
    to_times(door)
    wire, counted = Wire(), []
    for said in ('预约', '2', '周六9点', HERE, '1'):
        wire.sent.clear()
        door.say(said)
        counted.append(wire.requests())
    assert counted == [2, 4, 5, 3, 6]


def test_no_word_of_hers_is_in_the_log(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, 'weilin')
    booked(door)
    said = ' '.join(record.getMessage() for record in caplog.records if record.name.startswith('weilin'))
    assert not [word for word in ('仙游路15号', '13800000009', RESIDENT, '保洁', only().id) if word in said]
