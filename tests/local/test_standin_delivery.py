"""Messages on their way to the callback: five seconds, three tries, what the phone shows of the answer."""

import time
from threading import Barrier, Event

import pytest

from local.standin import samples
from local.standin.world import BROKEN, World
from tests.local.stage import Asked, Callback


def shown(world: World, who: str) -> list[str]:
    return [line.text for line in world.chat('li', 'xianyou') if line.who == who]


def test_whoever_hangs_is_asked_three_times_with_the_same_number(world: World, callback: Callback) -> None:
    world.courier.answer_within = 0.2
    released = Event()
    callback.answer = lambda asked: (200, b'success' if released.wait(10) else b'')
    number = world.send_text('li', 'xianyou', '有人吗')
    world.wait_idle(10)
    released.set()
    assert [(each.attempt, each.status, each.key) for each in world.deliveries] == [
        (attempt, None, str(number)) for attempt in (1, 2, 3)
    ]
    assert all(0.2 <= each.seconds < 1 for each in world.deliveries)
    assert [callback.message(asked)['MsgId'] for asked in callback.asked] == [str(number)] * 3
    assert shown(world, 'system') == [BROKEN]


def test_the_second_answer_is_shown_when_the_first_came_too_late(world: World, callback: Callback) -> None:
    world.courier.answer_within = 0.3
    released = Event()

    def answer(asked: Asked) -> tuple[int, bytes]:
        if len(callback.asked) == 1:
            released.wait(10)
        return 200, callback.sealed(callback.passive(asked))

    callback.answer = answer
    world.send_text('li', 'xianyou', '有人吗')
    world.wait_idle(10)
    released.set()
    assert len(callback.asked) == 2
    assert [line.text for line in world.chat('li', 'xianyou')] == ['有人吗', '收到']


@pytest.mark.parametrize(
    'answer',
    [
        (200, b'{"errcode": 0}'),
        (200, b'<xml><MsgType>text</MsgType></xml>'),
        (200, b'<!DOCTYPE x [<!ENTITY a "b">]><xml>&a;</xml>'),
        (200, b'\xff\xfe'),
        (500, b'success'),
        (403, b''),
    ],
    ids=('json', 'unencrypted', 'entities', 'no text', '500', '403'),
)
def test_garbage_ends_in_the_system_text(world: World, callback: Callback, answer: tuple[int, bytes]) -> None:
    callback.answer = lambda asked: answer
    world.send_text('li', 'xianyou', '有人吗')
    world.wait_idle(10)
    assert len(callback.asked) == 3
    assert shown(world, 'system') == [BROKEN]
    assert shown(world, 'account') == []


@pytest.mark.parametrize(
    'change',
    [
        ('<ToUserName><![CDATA[', '<ToUserName><![CDATA[x'),
        ('[gh_xianyou]', '[gh_other]'),
        ('<CreateTime>', '<CreateTime>x'),
        ('[text]', '[poem]'),
        ('<Content><![CDATA[收到]]></Content>', ''),
        ('收到', '好' * 700),
        (']]></Content>', ']]> ]]></Content>'),
    ],
    ids=('receiver', 'sender', 'time', 'type', 'empty', 'too long', 'unescaped'),
)
def test_a_sealed_answer_with_a_wrong_field_is_garbage_too(
    world: World, callback: Callback, change: tuple[str, str]
) -> None:
    callback.answer = lambda asked: (200, callback.sealed(callback.passive(asked).replace(*change)))
    world.send_text('li', 'xianyou', '有人吗')
    world.wait_idle(10)
    assert shown(world, 'system') == [BROKEN]


@pytest.mark.parametrize('answer', [b'success', b''])
def test_success_and_nothing_show_nothing(world: World, callback: Callback, answer: bytes) -> None:
    callback.answer = lambda asked: (200, answer)
    world.send_text('li', 'xianyou', '有人吗')
    world.wait_idle(10)
    assert [line.who for line in world.chat('li', 'xianyou')] == ['me']
    assert len(callback.asked) == 1


def test_a_picture_in_the_answer_must_be_one_that_wechat_has(world: World, callback: Callback) -> None:
    def answer_with(media_id: str) -> None:
        content = f'<Image><MediaId><![CDATA[{media_id}]]></MediaId></Image>'
        callback.answer = lambda asked: (200, callback.sealed(callback.passive(asked, content, 'image')))
        world.send_text('li', 'xianyou', '照片')
        world.wait_idle(10)

    answer_with(world.put_media('xianyou', 'image', *samples.picture()))
    answer_with('unknown')
    assert [line.kind for line in world.chat('li', 'xianyou') if line.who == 'account'] == ['image']
    assert shown(world, 'system') == [BROKEN]


def test_several_messages_of_one_person_are_in_flight_together(world: World, callback: Callback) -> None:
    together = Barrier(4, timeout=5)

    def answer(asked: Asked) -> tuple[int, bytes]:
        together.wait()
        return 200, b'success'

    callback.answer = answer
    world.send_voice('li', 'xianyou', b'#!AMR\n')
    world.send_image('li', 'xianyou', *samples.picture())
    world.send_location('li', 'xianyou', 36.0668, 120.379, '仙游路 15 号')
    world.send_text('li', 'xianyou', '门口堆着东西')
    world.wait_idle(10)
    assert sorted(callback.message(asked)['MsgType'] for asked in callback.asked) == [
        'image',
        'location',
        'text',
        'voice',
    ]


def test_an_answer_lost_on_the_way_brings_the_message_again(world: World, callback: Callback) -> None:
    world.faults.lose_callback_share = 1
    callback.answer = lambda asked: (200, callback.sealed(callback.passive(asked)))
    world.send_text('li', 'xianyou', '你好')
    world.wait_idle(10)
    assert len({callback.message(asked)['MsgId'] for asked in callback.asked}) == 1
    assert len(callback.asked) == 3
    assert [line.text for line in world.chat('li', 'xianyou')] == ['你好', '收到']


def test_wait_idle_says_so_when_it_is_not(world: World, callback: Callback) -> None:
    released = Event()
    callback.answer = lambda asked: (200, b'success' if released.wait(10) else b'')
    world.send_text('li', 'xianyou', '你好')
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        world.wait_idle(0.05)
    assert time.monotonic() - started < 2
    released.set()
    world.wait_idle(10)
    assert [each.status for each in world.deliveries] == [200]


def test_whether_garbage_is_asked_for_again_can_be_switched(world: World, callback: Callback) -> None:
    world.faults.repeat_bad = False
    callback.answer = lambda asked: (500, b'')
    world.send_text('li', 'xianyou', '有人吗')
    world.wait_idle(10)
    assert len(callback.asked) == 1
    assert shown(world, 'system') == [BROKEN]
