"""「我的信息」, 「删除我的信息」 and 「谁看过我的信息」 in the chat: answered at once, waited for by nobody."""

from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib import clock
from chalicelib.alliance import actions as alliance
from chalicelib.inbox import actions
from chalicelib.inbox.records import Message
from chalicelib.privacy import actions as privacy
from chalicelib.privacy.chat import READS_TOLD
from chalicelib.wechat import limits
from tests.door import ACCOUNT, RESIDENT, Door

ID = f'{ACCOUNT}#{RESIDENT}'


def read_by(door: Door, name: str = '王敏', member: str = 'wangmin', ago: timedelta = timedelta()) -> None:
    reader = alliance.member('wangmin')
    assert reader
    reader = type(reader)(member, name=name, state='active', units=[], roles=[])
    privacy.log_read(reader, '仙游路社区', ID, door.now - ago)


@pytest.mark.parametrize('said', ['我的信息', '「我的信息」', ' 我的信息。', '“我的信息”', '我的信息？'])
def test_she_is_told_how_much_is_kept_of_her_and_where_it_is_explained(door: Door, said: str) -> None:
    door.say('楼道灯不亮')
    door.send('image', MediaId='m1', PicUrl='http://pic')
    words = door.say(said)
    assert '2 条（其中照片、语音、视频 1 个）' in words
    assert '11月23日（周一）22:10' in words
    assert '仙游路社区的工作人员' in words
    assert f'http://127.0.0.1:8000/privacy?unit={ACCOUNT}' in words


def test_one_of_whom_nothing_is_kept_is_told_so(door: Door) -> None:
    assert '现在没有存着' in door.say('我的信息')


def test_counting_ends_at_a_hundred(door: Door) -> None:
    for number in range(101):
        Message(ID, f'{door.seconds}#{number}', at=door.now, way='in', kind='text', text='x').save()
    assert '100 条以上' in door.say('我的信息')


def test_none_of_these_makes_anybody_wait_or_takes_a_waiting_one_off_the_list(door: Door) -> None:
    for said in ('我的信息', '谁看过我的信息', '删除我的信息'):
        door.say(said)
    found = actions.conversation(ID)
    assert found
    assert found.waiting_unit is None
    door.say('楼道灯不亮')
    since = actions.conversation(ID)
    door.say('谁看过我的信息')
    found = actions.conversation(ID)
    assert found
    assert since
    assert (found.waiting_unit, found.waiting_since) == (since.waiting_unit, since.waiting_since)


def asked_at() -> object:
    found = actions.conversation(ID)
    assert found
    return found.forget_asked_at


def test_deleting_is_confirmed_once_and_counts_from_the_confirmation(door: Door) -> None:
    words = door.say('「删除我的信息」')
    assert [line[0] for line in words.splitlines()[1:]] == ['1', '2']
    assert asked_at() is None
    clock.move(timedelta(minutes=29))
    door.now += timedelta(minutes=29)
    assert '几分钟内删完' in door.say('1')
    assert asked_at() == clock.from_epoch(door.seconds)


def test_a_confirmation_after_thirty_minutes_deletes_nothing(door: Door) -> None:
    door.say('删除我的信息')
    clock.move(timedelta(minutes=31))
    door.now += timedelta(minutes=31)
    door.say('1')
    assert asked_at() is None


def test_no_means_no_and_a_later_one_is_not_taken_for_yes(door: Door) -> None:
    door.say('删除我的信息')
    assert '没有删除' in door.say('2')
    door.say('1')
    assert asked_at() is None


def test_one_who_still_waits_is_told_that_it_goes_when_it_is_done(door: Door) -> None:
    door.say('楼道灯不亮')
    assert '办完后就全部删除，最迟 30 天' in door.say('删除我的信息')
    assert '办完您的来信后就全部删除' in door.say('１')
    assert asked_at()


def test_she_reads_who_opened_her_words_by_surname_each_once(door: Door) -> None:
    """A colleague who looks a dozen times does not push out of sight another who looked before."""
    door.say('楼道灯不亮')
    assert door.say('谁看过我的信息') == '还没有工作人员看过。'
    read_by(door, '欧阳娜', 'ouyang', ago=timedelta(days=2))
    for number in range(12):
        read_by(door, ago=timedelta(hours=number))
    assert door.say('谁看过我的信息').splitlines() == [
        '打开过您来信、照片或语音的工作人员，每人最近一次：',
        '11月23日（周一）22:10　仙游路社区　王姓工作人员，共 12 次',
        '11月21日（周六）22:10　仙游路社区　欧阳姓工作人员',
    ]


def test_where_more_have_looked_than_a_message_holds_she_is_told_whom_to_ask(door: Door) -> None:
    door.say('楼道灯不亮')
    for number in range(READS_TOLD):
        read_by(door, member=f'clerk{number}', ago=timedelta(hours=number))
    assert '还有更早的' not in door.say('谁看过我的信息')
    read_by(door, member='another', ago=timedelta(days=1))
    told = door.say('谁看过我的信息')
    assert told.count('王姓工作人员') == READS_TOLD
    assert '还有更早的。需要全部查看记录，请与仙游路社区联系' in told
    assert len(told.encode()) < limits.TEXT_BYTES


def test_what_the_signature_does_not_prove_tells_and_deletes_nothing(door: Door) -> None:
    from chalicelib.alliance.records import Account

    account = Account.get(ACCOUNT)
    account.mode = 'plain'
    account.save()
    alliance.forget()
    for said in ('我的信息', '谁看过我的信息', '删除我的信息'):
        words = plain(door, said)
        assert '不能在这里查看或删除' in words, said
    plain(door, '1')
    assert asked_at() is None


def plain(door: Door, text: str) -> str:
    """As an account in plain mode is sent it: the signature covers time and nonce only."""
    from urllib.parse import urlencode
    from xml.etree import ElementTree

    from wechatpy.utils import WeChatSigner

    from tests.door import SECRETS

    signer = WeChatSigner()
    signer.add_data(SECRETS['token'], str(door.seconds), '123456')
    query = urlencode({'signature': signer.signature, 'timestamp': str(door.seconds), 'nonce': '123456'})
    body = door.xml('text', Content=text).encode()
    answer = door.client.http.post(f'/wechat/{ACCOUNT}?{query}', body=body, headers={'Content-Type': 'text/xml'})
    assert answer.status_code == 200, answer.body
    said = answer.body.decode()
    return '' if said == 'success' else ElementTree.fromstring(said).findtext('Content') or ''


def test_words_before_a_list_are_short() -> None:
    import tomllib

    from chalicelib.privacy import words

    for section in tomllib.loads(Path(words.__file__).with_name('words.toml').read_text()).values():
        for said in section.values():
            before, _, _ = said.partition('\n')
            assert len(before) <= 120
            assert '！' not in said
