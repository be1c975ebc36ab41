"""「我的预约」 and what is said with a number, how it was rated, and 「不是我」, through the door."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib import clock
from chalicelib.alliance.records import Member
from chalicelib.bookings import actions as bookings
from chalicelib.bookings import making, records, rules, serving, steps
from chalicelib.bookings.actions import Booker, Where, Wish
from chalicelib.bookings.records import Booking
from chalicelib.inbox import actions
from chalicelib.inbox.records import Message
from chalicelib.outreach.records import Telling
from chalicelib.residents import records as resident_records
from chalicelib.services import actions as services
from tests.bookings.shop import FIRST, SATURDAY, SECOND, furnish
from tests.door import ACCOUNT, CLERK, HOME, RESIDENT, Door
from tests.store_faults import Wire

ID = f'{ACCOUNT}#{RESIDENT}'
CHILD = 'oDaughter'
COMPANY = Member(
    'wu', name='吴师傅', state='active', units=[FIRST], roles=['dispatcher'], account=ACCOUNT, openid='oWu'
)

Move = Callable[[timedelta], None]


@pytest.fixture
def door(door: Door) -> Door:
    furnish(door.now)
    return door


@pytest.fixture
def later(door: Door) -> Move:
    def move(by: timedelta) -> None:
        clock.move(by)
        door.now += by

    return move


def book(door: Door, by: str = 'chat', days: int = 0, item: str = 'cleaning', who: str = ID) -> Booking:
    found = services.item(item)
    assert found
    option = found.options[0]
    at = SATURDAY + timedelta(days=days) if item != 'tickets' else None
    wish, booker = Wish(item, option.id, at, making.mark(option)), Booker(who, HOME, by)
    where = Where('王阿姨', '13800000009', '仙游路15号', '两张' if at is None else '')
    if at is None:
        return bookings.do(lambda: making.request(wish, booker, where, f'{who}{item}', door.now))
    held = bookings.do(lambda: making.hold(wish, booker, f'{who}{days}{item}', door.now))
    return bookings.do(lambda: making.confirm(held.id, where, wish.mark, booker, door.now))


def done(door: Door, later: Move, booking: Booking) -> None:
    bookings.do(lambda: serving.accept(booking.id, FIRST, f'{FIRST}-1', COMPANY, door.now))
    later(SATURDAY + timedelta(minutes=5) - door.now)
    bookings.do(lambda: serving.arrive(booking.id, FIRST, COMPANY, door.now))
    later(timedelta(hours=2))
    bookings.do(lambda: serving.finish(booking.id, FIRST, COMPANY, door.now))


def fresh(booking: Booking) -> Booking:
    return bookings.find(booking.id)


def told(conversation: str, what: str) -> list[str]:
    return [row.words for row in Telling.scan() if row.conversation == conversation and row.what.startswith(what)]


def waits() -> bool:
    found = actions.conversation(ID)
    return found is not None and found.waiting_unit is not None


class TestMine:
    def test_nothing_is_booked(self, door: Door) -> None:
        assert '没有预约' in door.say('我的预约')
        assert '没有预约' in door.event('CLICK', 'menu:mine')

    def test_hers_and_those_she_came_to_with_their_state(self, door: Door) -> None:
        book(door)
        other = book(door, days=1, who=f'{ACCOUNT}#oMother')
        door.say(f'加入 {other.id}')
        rows = door.say('我的预约').splitlines()[1:]
        assert rows == [
            '1　11月28日（周六）09:00 日常保洁（2 小时），等公司确认',
            '2　11月29日（周日）09:00 日常保洁（2 小时），等公司确认',
        ]

    def test_she_moves_it_by_digits(self, door: Door) -> None:
        booking = book(door)
        door.say('我的预约')
        words = door.say('1')
        assert booking.id in words
        assert '甲家政电话：0532-80000001' in words
        assert '现在是 11月28日（周六）09:00' in door.say('1')
        words = door.say('周日9点')
        assert words.startswith('已改期')
        assert fresh(booking).starts_at == SATURDAY + timedelta(days=1)
        assert told(ID, 'moved') == []  # the answer has told her

    def test_a_time_that_is_gone_offers_its_neighbours(self, door: Door) -> None:
        booking = book(door)
        for number in (1, 2):
            book(door, days=1, who=f'a#o{number}')
        door.say('我的预约')
        door.say('1')
        door.say('1')
        words = door.say('周日9点')
        assert words.startswith('这个时间刚刚被订走了')
        assert '已改期' in door.say('1')
        assert fresh(booking).starts_at != SATURDAY

    def test_she_cancels_it_and_is_asked_once(self, door: Door) -> None:
        booking = book(door)
        door.say('我的预约')
        door.say('1')
        assert door.say('2').startswith('要取消日常保洁')
        assert door.say('0') == '好的，没有改动。'
        assert fresh(booking).state == rules.OFFERED
        for said in ('我的预约', '1', '2', '1'):
            words = door.say(said)
        assert words.startswith('已取消')
        assert fresh(booking).state == rules.CANCELLED
        assert told(ID, 'cancelled') == []

    def test_late_she_is_told_that_it_may_cost(self, door: Door, later: Move) -> None:
        book(door)
        later(SATURDAY - timedelta(hours=3) - door.now)
        for said in ('我的预约', '1', '2'):
            words = door.say(said)
        assert '不到 4 小时，公司可能要收费' in words

    def test_what_is_cancelled_meanwhile_is_not_moved(self, door: Door) -> None:
        booking = book(door)
        for said in ('我的预约', '1', '1'):
            door.say(said)
        bookings.do(lambda: steps.cancel(booking.id, Booker(ID, HOME, 'oauth'), door.now))
        assert '刚刚有变化' in door.say('2')

    def test_back_to_the_list(self, door: Door) -> None:
        book(door)
        words = door.say('我的预约')
        door.say('1')
        assert door.say('0') == words

    def test_what_somebody_else_did_meanwhile(self, door: Door) -> None:
        booking = book(door)
        for said in ('我的预约', '1', '2'):
            door.say(said)
        bookings.do(lambda: steps.cancel(booking.id, Booker(ID, HOME, 'oauth'), door.now))
        assert '刚刚有变化' in door.say('1')

    def test_ordinary_words_in_between_are_for_a_person(self, door: Door) -> None:
        book(door)
        door.say('我的预约')
        assert '已收到' in door.say('楼道灯不亮了')
        assert waits()
        assert '预约号' in door.say('1')


class TestJoining:
    def test_with_its_number_however_it_is_written_then_she_may_cancel_too(self, door: Door) -> None:
        booking = book(door)
        said = f'加入　{booking.id[:4].lower()} {booking.id[4:]}。'
        assert '您已加入' in door.say(said, openid=CHILD)
        assert fresh(booking).joined == f'{ACCOUNT}#{CHILD}'
        for text in ('我的预约', '1', '2', '1'):
            words = door.say(text, openid=CHILD)
        assert words.startswith('已取消')
        assert fresh(booking).state == rules.CANCELLED
        assert told(ID, 'joined')
        assert told(ID, 'cancelled')  # the one who booked is told
        assert told(f'{ACCOUNT}#{CHILD}', 'cancelled') == []

    def test_a_wrong_number_and_one_that_is_full_are_answered_alike(self, door: Door) -> None:
        booking = book(door)
        door.say(f'加入 {booking.id}', openid=CHILD)
        wrong = door.say('加入 K7M2Q9XA', openid='oThird')
        assert wrong == door.say(f'加入 {booking.id}', openid='oThird')
        assert '没有找到' in wrong

    def test_guesses_are_bounded_by_the_day(self, door: Door, later: Move) -> None:
        booking = book(door)
        for _ in range(5):
            door.say('加入 K7M2Q9XA', openid=CHILD)
        assert '明天再试' in door.say(f'加入 {booking.id}', openid=CHILD)
        assert fresh(booking).joined is None
        later(timedelta(days=1))
        assert '您已加入' in door.say(f'加入 {booking.id}', openid=CHILD)

    @pytest.mark.parametrize('said', ['加入业主群', '加入 微信群 K7', '不要', '同意'])
    def test_other_words_are_for_a_person(self, door: Door, said: str) -> None:
        assert '已收到' in door.say(said)


class TestPriced:
    def priced(self, door: Door) -> Booking:
        booking = book(door, item='tickets')
        return bookings.do(lambda: serving.price(booking.id, FIRST, 1500, '二等座', COMPANY, door.now))

    def test_she_agrees(self, door: Door) -> None:
        booking = self.priced(door)
        assert '开始办' in door.say(f'同意 {booking.id}')
        assert fresh(booking).state == rules.CONFIRMED

    def test_she_does_not_want_it(self, door: Door) -> None:
        booking = self.priced(door)
        assert '已取消' in door.say(f'不要 {booking.id.lower()}')
        assert fresh(booking).state == rules.CANCELLED

    def test_nobody_else_can(self, door: Door) -> None:
        booking = self.priced(door)
        assert '没有找到这个预约号' in door.say(f'同意 {booking.id}', openid=CHILD)
        assert fresh(booking).state == rules.PRICED


class TestRating:
    @pytest.mark.parametrize(('said', 'rating'), [('满意', 4), ('很满意。', 5), ('一般', 3)])
    def test_one_word_rates_it(self, door: Door, later: Move, said: str, rating: int) -> None:
        booking = book(door)
        done(door, later, booking)
        assert '谢谢您的评价' in door.say(said)
        assert (fresh(booking).state, fresh(booking).rating) == (rules.RATED, rating)
        assert not waits()

    def test_a_low_one_waits_for_a_person_who_reads_what_of(self, door: Door, later: Move) -> None:
        booking = book(door)
        done(door, later, booking)
        words = door.say('不满意')
        assert '仙游路社区的工作人员会在' in words
        assert fresh(booking).rating == 2
        found = actions.conversation(ID)
        assert found
        assert (found.waiting_unit, found.last_text) == (HOME, '不满意')
        assert found.due_at
        assert clock.spoken_date_time(found.due_at) in words
        assert [line.text for line in Message.query(ID) if line.kind == 'machine' and booking.id in line.text]

    def test_of_two_it_is_not_known_which(self, door: Door, later: Move) -> None:
        first, second = book(door), book(door, item='cleaning', days=0, who=f'{ACCOUNT}#{CHILD}')
        bookings.do(lambda: steps.join(second.id, ID, door.now))
        done(door, later, first)
        bookings.do(lambda: serving.accept(second.id, SECOND, f'{SECOND}-1', COMPANY, door.now))
        bookings.do(lambda: serving.arrive(second.id, SECOND, COMPANY, door.now))
        bookings.do(lambda: serving.finish(second.id, SECOND, COMPANY, door.now))
        assert '已收到' in door.say('满意')
        assert fresh(first).state == rules.DONE

    def test_after_a_week_it_is_a_message(self, door: Door, later: Move) -> None:
        booking = book(door)
        done(door, later, booking)
        later(timedelta(days=7, minutes=1))
        assert '已收到' in door.say('满意')

    def test_other_words_cost_no_request(self, door: Door) -> None:
        door.say('您好')
        wire = Wire()
        door.say('挺满意的，谢谢师傅')
        assert wire.sent == {'GetItem': 1, 'TransactWriteItems': 1}


class TestNotMe:
    def test_what_a_link_booked_is_taken_back_and_links_end(self, door: Door) -> None:
        booking, own = book(door, by='link'), book(door, days=1)
        words = door.say('「不是我」')
        assert '已取消 1 个' in words
        assert (fresh(booking).state, fresh(own).state) == (rules.CANCELLED, rules.OFFERED)
        assert told(ID, 'cancelled') == []
        assert len([row for row in resident_records.GuestLink.scan() if row.key.startswith('ended#')]) == 1

    def test_who_came_to_it_is_sent_away(self, door: Door) -> None:
        booking = book(door)
        door.say(f'加入 {booking.id}', openid=CHILD)
        assert door.say('不是我') == '加入您预约的人已经移出，不再收到提醒，也不能改期、取消。'
        assert (fresh(booking).state, fresh(booking).joined) == (rules.OFFERED, None)

    def test_with_nothing_to_take_back_it_is_a_message(self, door: Door) -> None:
        assert '已收到' in door.say('不是我')

    def test_for_members_it_ends_their_sign_ins_first(self, door: Door) -> None:
        booking = book(door, by='link', who=f'{ACCOUNT}#{CLERK}')
        assert '已退出' in door.say('不是我', openid=CLERK)
        assert fresh(booking).state == rules.OFFERED


def test_what_is_written_down_goes_by_itself_where_nobody_confirms(door: Door) -> None:
    door.say('预约保洁')
    door.say('周六9点')
    door.say('仙游路15号 13800000009')
    [kept] = records.Contact.scan()
    assert kept.forget_at == door.now + timedelta(days=1)


def test_what_is_kept_of_her_names_her_bookings(door: Door) -> None:
    assert '预约' not in door.say('我的信息')
    book(door)
    assert '另有您的预约 1 个' in door.say('我的信息')
