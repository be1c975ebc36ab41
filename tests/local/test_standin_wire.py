"""What goes over the wire: envelopes of the three modes, messages, events, and any text whatever."""

import pytest
import xmltodict
from hypothesis import given
from hypothesis import strategies as st

from local.standin import wire
from local.standin.people import NotFollowing
from local.standin.world import World
from tests.local.stage import Callback, Clock, add_account, sha1


def test_a_text_goes_round_in_safe_mode(world: World, callback: Callback, clock: Clock) -> None:
    callback.answer = lambda asked: (200, callback.sealed(callback.passive(asked)))
    number = world.send_text('li', 'xianyou', '楼道灯不亮')
    world.wait_idle(10)
    [asked] = callback.asked
    assert callback.message(asked) == {
        'ToUserName': 'gh_xianyou',
        'FromUserName': world.openid('li', 'xianyou'),
        'CreateTime': str(int(clock.at.timestamp())),
        'MsgType': 'text',
        'Content': '楼道灯不亮',
        'MsgId': str(number),
    }
    assert asked.query['encrypt_type'] == 'aes'
    assert asked.query['openid'] == world.openid('li', 'xianyou')
    assert set(xmltodict.parse(asked.body)['xml']) == {'ToUserName', 'Encrypt'}
    assert [(line.who, line.text) for line in world.chat('li', 'xianyou')] == [
        ('me', '楼道灯不亮'),
        ('account', '收到'),
    ]


def test_compatible_mode_shows_the_fields_too_and_takes_a_plain_answer(world: World, callback: Callback) -> None:
    add_account(world, 'xianyou', callback, mode='compatible')
    callback.answer = lambda asked: (200, callback.passive(asked).encode())
    world.send_text('li', 'xianyou', '你好')
    world.wait_idle(10)
    outer = xmltodict.parse(callback.asked[0].body)['xml']
    assert outer['Content'] == callback.message(callback.asked[0])['Content'] == '你好'
    assert [line.text for line in world.chat('li', 'xianyou')] == ['你好', '收到']


def test_plain_mode_has_neither_cipher_nor_msg_signature(world: World, callback: Callback) -> None:
    add_account(world, 'xianyou', callback, mode='plain')
    world.send_text('li', 'xianyou', '你好')
    world.wait_idle(10)
    [asked] = callback.asked
    assert set(asked.query) == {'signature', 'timestamp', 'nonce', 'openid'}
    assert asked.query['signature'] == sha1('token-xianyou', asked.query['timestamp'], asked.query['nonce'])
    assert xmltodict.parse(asked.body)['xml']['Content'] == '你好'


def test_following_by_a_poster_and_scanning_it_again(world: World, callback: Callback) -> None:
    world.add_person('wang', '王先生')
    world.scan('wang', 'xianyou', 'sq:370202')
    world.wait_idle(10)
    world.scan('wang', 'xianyou', 'sq:370202')
    world.wait_idle(10)
    world.scan('wang', 'xianyou')  # the account's own code is silent to its followers
    world.unfollow('wang', 'xianyou')
    world.wait_idle(10)
    events = [callback.message(asked) for asked in callback.asked]
    assert [(each['Event'], each['EventKey']) for each in events] == [
        ('subscribe', 'qrscene_sq:370202'),
        ('SCAN', 'sq:370202'),
        ('unsubscribe', None),
    ]
    assert events[0]['Ticket'] == events[1]['Ticket']
    assert 'MsgId' not in events[0]
    with pytest.raises(NotFollowing):
        world.send_text('wang', 'xianyou', '你好')


def test_an_answer_to_leaving_or_to_a_link_is_not_shown(world: World, callback: Callback) -> None:
    callback.answer = lambda asked: (200, callback.sealed(callback.passive(asked)))
    world.view('li', 'xianyou', 'https://example.org/')
    world.unfollow('li', 'xianyou')
    world.wait_idle(10)
    assert world.chat('li', 'xianyou') == []


def test_a_tap_on_a_choice_is_a_text_with_its_number_and_counts_as_a_click(world: World, callback: Callback) -> None:
    world.send_text('li', 'xianyou', '满意', bizmsgmenuid='101')
    world.wait_idle(10)
    assert callback.message(callback.asked[0])['bizmsgmenuid'] == '101'
    assert [grant.left for grant in world.chat_state('li', 'xianyou').grants] == [3]


def test_platform_events_nest_their_lists(world: World, callback: Callback) -> None:
    result = {'Count': 2, 'ResultList': {'item': [{'ArticleIdx': 1}, {'ArticleIdx': 2}]}}
    world.platform_event(
        'xianyou', 'MASSSENDJOBFINISH', {'MsgID': 7, 'Status': 'send success', 'ArticleUrlResult': result}
    )
    world.wait_idle(10)
    message = callback.message(callback.asked[0])
    assert (message['Event'], message['MsgID']) == ('MASSSENDJOBFINISH', '7')
    assert [item['ArticleIdx'] for item in message['ArticleUrlResult']['ResultList']['item']] == ['1', '2']


def test_openids_are_stable_and_differ_by_account(world: World) -> None:
    openid = world.openid('li', 'xianyou')
    assert openid == world.openid('li', 'xianyou')
    assert openid != world.openid('li', 'other')
    assert len(openid) == 28
    assert openid.replace('-', '').replace('_', '').isalnum()
    assert world.person_of('xianyou', openid) == 'li'
    assert world.person_of('other', openid) is None


# XML 1.0 cannot hold NUL, other control characters or surrogates; WeChat sends the control characters all the same
TEXT = st.text(st.characters(exclude_categories=['Cs', 'Cc'], exclude_characters='\ufffe\uffff'), min_size=1)


@given(TEXT)
def test_any_text_survives_its_cdata(text: str) -> None:
    parsed = xmltodict.parse(f'<xml>{wire.element("Content", text + "]]>😀]]]>")}</xml>', strip_whitespace=False)
    assert parsed['xml']['Content'] == text + ']]>😀]]]>'


def test_control_characters_go_out_as_they_are(world: World, callback: Callback) -> None:
    add_account(world, 'xianyou', callback, mode='plain')
    world.send_text('li', 'xianyou', 'a\x08b')
    world.wait_idle(10)
    assert b'<Content><![CDATA[a\x08b]]></Content>' in callback.asked[0].body
