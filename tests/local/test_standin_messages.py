"""Customer-service messages: what goes out, how many, to whom, and what is refused."""

from datetime import timedelta

import pytest

from chalicelib.wechat import limits
from local.standin import sounds
from local.standin.world import World
from tests.local.stage import Api, Callback, Clock, add_account

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SEND = 'message/custom/send'


def test_a_text_arrives_until_five_have_gone_out(api: Api, world: World, li: str, clock: Clock) -> None:
    assert [api.say(li, f'第 {number} 条') for number in range(6)] == [0, 0, 0, 0, 0, 45047]
    assert [line.text for line in world.chat('li', 'xianyou')][1:] == [f'第 {number} 条' for number in range(5)]
    clock.move(48 * HOUR)
    assert api.say(li) == 45015
    world.send_text('li', 'xianyou', '还在吗')
    assert api.say(li) == 0


def test_a_menu_click_allows_three_for_a_minute(api: Api, world: World, clock: Clock) -> None:
    li = world.openid('li', 'xianyou')
    assert api.say(li) == 45015
    world.view('li', 'xianyou', 'https://example.org/')
    assert api.say(li) == 45015
    world.click('li', 'xianyou', 'today')
    assert [api.say(li) for _ in range(4)] == [0, 0, 0, 45047]
    world.click('li', 'xianyou', 'today')
    clock.move(MINUTE)
    assert api.say(li) == 45015


def test_passive_answers_cost_nothing(api: Api, world: World, callback: Callback) -> None:
    callback.answer = lambda asked: (200, callback.sealed(callback.passive(asked)))
    world.send_text('li', 'xianyou', '你好')
    world.wait_idle(10)
    assert [line.text for line in world.chat('li', 'xianyou')] == ['你好', '收到']
    assert [api.say(world.openid('li', 'xianyou')) for _ in range(6)] == [0, 0, 0, 0, 0, 45047]


def test_who_has_left_cannot_be_written_to(api: Api, world: World, li: str) -> None:
    world.unfollow('li', 'xianyou')
    assert api.say(li) == 43004
    world.follow('li', 'xianyou')
    assert [api.say(li) for _ in range(4)] == [0, 0, 0, 45047]


@pytest.mark.parametrize(
    ('message', 'code'),
    [
        ({'touser': 'o-nobody'}, 40003),
        ({'touser': None}, 40003),
        ({'msgtype': 'poem'}, 40008),
        ({'text': {'content': ''}}, 44004),
        ({'text': {'content': '好' * 683}}, 45002),
        ({'text': 'flat'}, 47001),
        ({'msgtype': 'image', 'image': {'media_id': 'unknown'}}, 40007),
        ({'msgtype': 'news', 'news': {'articles': [{}, {}]}}, 45008),
        ({'msgtype': 'news', 'news': {'articles': ['flat']}}, 47001),
    ],
)
def test_messages_are_refused_by_their_fault_and_cost_nothing(
    api: Api, world: World, li: str, message: dict, code: int
) -> None:
    assert api.say(li, **message) == code
    assert [grant.left for grant in world.chat_state('li', 'xianyou').grants] == [5]


def test_the_longest_text_goes_out(api: Api, li: str) -> None:
    assert api.say(li, '好' * (limits.TEXT_BYTES // 3)) == 0


@pytest.mark.parametrize(
    ('body', 'code'),
    [
        (b'', 44002),
        (b'{', 47001),
        (b'[]', 47001),
        ('{"touser": "您"}'.encode('gbk'), 47001),
        (b'{"text": "\\u60a8"}', 40033),
        (b'{"text": "\\\\\\u60a8"}', 40033),
    ],
)
def test_only_utf8_json_without_escapes_is_read(api: Api, body: bytes, code: int) -> None:
    assert api.post(SEND, data=body)['errcode'] == code


def test_a_backslash_that_was_written_is_not_an_escape(api: Api, world: World, li: str) -> None:
    assert api.say(li, r'C:\u60a8') == 0
    assert world.chat('li', 'xianyou')[-1].text == r'C:\u60a8'


def test_pictures_voices_and_choices_arrive(api: Api, world: World, li: str) -> None:
    picture = api.upload()['media_id']
    voice = api.upload('voice', 'a.amr', 'audio/amr', sounds.voice()[0])['media_id']
    choices = {'head_content': '满意吗', 'list': [{'id': '1', 'content': '满意'}], 'tail_content': '谢谢'}
    assert api.say(li, msgtype='image', image={'media_id': picture}) == 0
    assert api.say(li, msgtype='voice', voice={'media_id': voice}) == 0
    assert api.say(li, msgtype='msgmenu', msgmenu=choices) == 0
    last = world.chat('li', 'xianyou')[1:]
    assert [(line.kind, line.media_id) for line in last] == [('image', picture), ('voice', voice), ('msgmenu', None)]
    assert last[2].fields == {'choices': [{'id': '1', 'content': '满意'}], 'tail': '谢谢'}


def test_an_unverified_account_cannot_write_first(api: Api, world: World, callback: Callback, li: str) -> None:
    add_account(world, 'xianyou', callback, verified=False)
    assert api.say(li) == 48001
    assert api.get('menu/get').json()['errcode'] == 48001
    add_account(world, 'xianyou', callback, kind='subscription')
    assert api.say(li) == 0
    scene = {'action_name': 'QR_LIMIT_STR_SCENE', 'action_info': {'scene': {'scene_str': 'sq:1'}}}
    assert api.post('qrcode/create', json=scene)['errcode'] == 48001


def test_typing_needs_a_fresh_sign_of_life_and_does_not_repeat(api: Api, world: World, li: str, clock: Clock) -> None:
    def typing(command: str = 'Typing') -> int:
        return int(api.post('message/custom/typing', json={'touser': li, 'command': command})['errcode'])

    assert [typing('Singing'), typing(), typing(), typing('CancelTyping'), typing()] == [45072, 0, 45081, 0, 0]
    clock.move(timedelta(seconds=16))
    assert typing() == 0
    clock.move(timedelta(seconds=15))
    assert typing() == 45080
