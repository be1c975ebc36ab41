"""Every message and event of WeChat is read as it was sent; anything else is Unreadable and never a traceback."""

import re
import time
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.wechat import limits
from chalicelib.wechat.message import Unreadable, parse

OPENID, TO, SECONDS = 'oA37_-resident', 'gh_0123456789ab', '1795443000'


def sha(*parts):
    return f'{SECONDS}#{sha256("|".join(parts).encode()).hexdigest()[:24]}'


# Messages


def test_a_text_is_read_with_its_key_and_time(sender):
    inbound = parse(sender.message())
    assert (inbound.kind, inbound.to, inbound.openid, inbound.text) == ('text', TO, OPENID, '楼道的灯坏了')
    assert inbound.at == datetime(2026, 11, 23, 14, 10, tzinfo=UTC)
    assert inbound.key == '1795443000#24681357902468135'
    assert (inbound.event, inbound.event_key, inbound.fields, inbound.opens) == ('', '', {}, 'message')


def test_tap_on_a_msgmenu_item(sender):
    inbound = parse(sender.message(bizmsgmenuid='101', Content='<![CDATA[满意]]>'))
    assert (inbound.kind, inbound.text, inbound.fields) == ('text', '满意', {'bizmsgmenuid': '101'})
    assert inbound.opens == 'click'


def test_text_out_of_an_article(sender):
    assert parse(sender.message(MsgDataId='2247483650_1', Idx='1')).fields == {'MsgDataId': '2247483650_1', 'Idx': '1'}


@pytest.mark.parametrize(
    ('kind', 'own'),
    (
        ('image', {'PicUrl': 'http://mmbiz.qpic.cn/mmbiz_jpg/a?b=1&amp;c=2/0', 'MediaId': 'mA-1_x'}),
        ('voice', {'MediaId': 'mA-1_x', 'Format': 'amr', 'MediaId16K': 'mB-1_x'}),
        ('video', {'MediaId': 'mA-1_x', 'ThumbMediaId': 'mT-1_x'}),
        ('shortvideo', {'MediaId': 'mA-1_x', 'ThumbMediaId': 'mT-1_x'}),
        ('location', {'Location_X': '36.064', 'Location_Y': '120.38', 'Scale': '15', 'Label': '青岛市市南区仙游路'}),
        ('link', {'Title': '公告', 'Description': '', 'Url': 'https://example.com/?a=1'}),
    ),
)
def test_every_kind_of_message_is_read(sender, kind, own):
    as_sent = {name: value if '&' in value else f'<![CDATA[{value}]]>' for name, value in own.items()}
    inbound = parse(sender.message(MsgType=f'<![CDATA[{kind}]]>', Content=None, **as_sent))
    assert (inbound.kind, inbound.text, inbound.opens) == (kind, '', 'message')
    assert inbound.fields == {name: value.replace('&amp;', '&') for name, value in own.items()}


def test_recognised_voice_has_words(sender):
    own = {'MsgType': 'voice', 'Content': None, 'MediaId': 'm', 'Format': 'amr'}
    assert parse(sender.message(**own, Recognition='<![CDATA[灯坏了]]>')).text == '灯坏了'
    assert parse(sender.message(**own, Recognition='')).text == ''


@pytest.mark.parametrize('kind', ('file', 'miniprogrampage', 'sticker_2'))
def test_message_of_a_kind_nobody_knows(sender, kind):
    inbound = parse(sender.message(MsgType=kind, Content=None, FileKey='k', Title='表.xlsx'))
    assert (inbound.kind, inbound.text, inbound.opens) == ('unsupported', '', 'message')
    assert inbound.fields == {'MsgType': kind, 'FileKey': 'k', 'Title': '表.xlsx'}
    assert inbound.key == '1795443000#24681357902468135'


# Events


def test_a_follow_has_no_scene(sender):
    inbound = parse(sender.event('subscribe', '<EventKey><![CDATA[]]></EventKey>'))
    assert (inbound.kind, inbound.event, inbound.event_key) == ('event', 'subscribe', '')
    assert (inbound.scene, inbound.opens, inbound.text) == (None, 'follow', '')
    assert inbound.key == sha(OPENID, SECONDS, 'subscribe', '')


def test_follow_by_qr_code(sender):
    own = '<EventKey><![CDATA[qrscene_sq:xianyou]]></EventKey><Ticket><![CDATA[gQH]]></Ticket>'
    inbound = parse(sender.event('subscribe', own))
    assert (inbound.event_key, inbound.scene, inbound.opens) == ('qrscene_sq:xianyou', 'sq:xianyou', 'follow')
    assert inbound.fields == {'Ticket': 'gQH'}


def test_follow_after_a_payment_has_no_scene(sender):
    inbound = parse(sender.event('subscribe', '<EventKey>last_trade_no_4200</EventKey>'))
    assert (inbound.event_key, inbound.scene) == ('last_trade_no_4200', None)


def test_scan_by_a_follower(sender):
    inbound = parse(sender.event('SCAN', '<EventKey><![CDATA[sq:xianyou]]></EventKey><Ticket>gQH</Ticket>'))
    assert (inbound.scene, inbound.opens) == ('sq:xianyou', 'scan')


def test_event_without_an_event_key(sender):
    inbound = parse(sender.event('unsubscribe'))
    assert (inbound.event_key, inbound.opens, inbound.key) == ('', None, sha(OPENID, SECONDS, 'unsubscribe', ''))


SCAN_INFO = (
    '<ScanCodeInfo><ScanType>qrcode</ScanType><ScanResult><![CDATA[https://e.cn/1]]></ScanResult></ScanCodeInfo>'
)
PLACE = (
    '<SendLocationInfo><Location_X>36.06</Location_X><Location_Y>120.38</Location_Y><Scale>15</Scale>'
    '<Label>仙游路</Label><Poiname/></SendLocationInfo>'
)


@pytest.mark.parametrize(
    ('event', 'own', 'fields', 'opens'),
    (
        ('CLICK', '<EventKey>guide</EventKey>', {}, 'click'),
        ('VIEW', '<EventKey>http://e.cn</EventKey><MenuId>7</MenuId>', {'MenuId': '7'}, None),
        ('view_miniprogram', '<EventKey>pages/a</EventKey><MenuId>7</MenuId>', {'MenuId': '7'}, None),
        (
            'LOCATION',
            '<Latitude>36.06</Latitude><Longitude>120.38</Longitude><Precision>40.0</Precision>',
            {'Latitude': '36.06', 'Longitude': '120.38', 'Precision': '40.0'},
            None,
        ),
        ('scancode_push', SCAN_INFO, {'ScanCodeInfo': {'ScanType': 'qrcode', 'ScanResult': 'https://e.cn/1'}}, 'click'),
        (
            'scancode_waitmsg',
            SCAN_INFO,
            {'ScanCodeInfo': {'ScanType': 'qrcode', 'ScanResult': 'https://e.cn/1'}},
            'click',
        ),
        (
            'location_select',
            PLACE,
            {
                'SendLocationInfo': {
                    'Location_X': '36.06', 'Location_Y': '120.38', 'Scale': '15', 'Label': '仙游路', 'Poiname': '',
                }
            },
            None,
        ),
        (
            'kf_switch_session',
            '<FromKfAccount>a@gh</FromKfAccount><ToKfAccount>b@gh</ToKfAccount>',
            {'FromKfAccount': 'a@gh', 'ToKfAccount': 'b@gh'},
            None,
        ),
        (
            'qualification_verify_fail',
            '<FailTime>1795442000</FailTime><FailReason>资料不清</FailReason>',
            {'FailTime': '1795442000', 'FailReason': '资料不清'},
            None,
        ),
        ('verify_expired', '<ExpiredTime>1795442000</ExpiredTime>', {'ExpiredTime': '1795442000'}, None),
        ('something_of_next_year', '<New><Deep>1</Deep></New>', {'New': {'Deep': '1'}}, None),
    ),
)  # fmt: skip
def test_every_event_is_read(sender, event, own, fields, opens):
    inbound = parse(sender.event(event, own))
    assert (inbound.kind, inbound.event, inbound.openid) == ('event', event, OPENID)
    assert (inbound.fields, inbound.opens) == (fields, opens)


ITEM = '<item><PicMd5Sum><![CDATA[{}]]></PicMd5Sum></item>'
TWO_PICTURES = [{'PicMd5Sum': 'a'}, {'PicMd5Sum': 'b'}]


@pytest.mark.parametrize('event', ('pic_sysphoto', 'pic_photo_or_album', 'pic_weixin'))
@pytest.mark.parametrize(
    ('lists', 'pictures'),
    (
        ('<PicList/>', []),
        ('<PicList>\n</PicList>', []),
        (f'<PicList>{ITEM.format("a")}</PicList>', TWO_PICTURES[:1]),
        (f'<PicList>{ITEM.format("a")}\n{ITEM.format("b")}</PicList>', TWO_PICTURES),
        (f'<PicList>{ITEM.format("a")}</PicList><PicList>{ITEM.format("b")}</PicList>', TWO_PICTURES),
    ),
)
def test_pictures_from_the_menu(sender, event, lists, pictures):
    inbound = parse(sender.event(event, f'<SendPicsInfo><Count>{len(pictures)}</Count>{lists}</SendPicsInfo>'))
    assert inbound.fields == {'SendPicsInfo': {'Count': str(len(pictures)), 'PicList': pictures}}


def test_mass_job_finished(sender):
    own = """<MsgID>1000001625</MsgID><Status><![CDATA[err(30003)]]></Status><TotalCount>0</TotalCount>
      <FilterCount>0</FilterCount><SentCount>0</SentCount><ErrorCount>0</ErrorCount>
      <CopyrightCheckResult><Count>2</Count><ResultList>
        <item><ArticleIdx>1</ArticleIdx><CanReprint>0</CanReprint></item>
        <item><ArticleIdx>2</ArticleIdx><CanReprint>0</CanReprint></item></ResultList><CheckState>2</CheckState>
      </CopyrightCheckResult>
      <ArticleUrlResult><Count>1</Count><ResultList><item><ArticleIdx>1</ArticleIdx><ArticleUrl>http://mp</ArticleUrl>
      </item></ResultList></ArticleUrlResult>"""
    inbound = parse(sender.event('MASSSENDJOBFINISH', own))
    assert inbound.key == sha(OPENID, SECONDS, 'MASSSENDJOBFINISH', '', '1000001625')
    assert (inbound.text_at('MsgID'), inbound.text_at('Status')) == ('1000001625', 'err(30003)')
    assert inbound.fields['CopyrightCheckResult'] == {
        'Count': '2',
        'ResultList': [{'ArticleIdx': '1', 'CanReprint': '0'}, {'ArticleIdx': '2', 'CanReprint': '0'}],
        'CheckState': '2',
    }
    assert inbound.text_at('ArticleUrlResult', 'ResultList', 'ArticleUrl') == 'http://mp'


def test_two_template_jobs_of_one_second_are_two(sender):
    def parsed(msg_id):
        return parse(
            sender.event('TEMPLATESENDJOBFINISH', f'<MsgID>{msg_id}</MsgID><Status>failed:user block</Status>')
        )

    assert parsed(200163836).key == sha(OPENID, SECONDS, 'TEMPLATESENDJOBFINISH', '', '200163836')
    assert parsed(200163836).key != parsed(200163837).key


def test_publish_job_finished(sender):
    own = """<PublishEventInfo><publish_id>2247503051</publish_id><publish_status>0</publish_status>
      <article_id><![CDATA[b5O2OUs25HBxRceL7hfReg]]></article_id><article_detail><count>1</count>
      <item><idx>1</idx><article_url><![CDATA[http://mp]]></article_url></item></article_detail></PublishEventInfo>"""
    inbound = parse(sender.event('PUBLISHJOBFINISH', own))
    assert inbound.fields == {
        'PublishEventInfo': {
            'publish_id': '2247503051',
            'publish_status': '0',
            'article_id': 'b5O2OUs25HBxRceL7hfReg',
            'article_detail': {'count': '1', 'item': [{'idx': '1', 'article_url': 'http://mp'}]},
        }
    }
    other = parse(sender.event('PUBLISHJOBFINISH', own.replace('2247503051', '2247503052')))
    assert other.key != inbound.key


CHOICE = (
    '<List><TemplateId>{}</TemplateId><SubscribeStatusString>{}</SubscribeStatusString>'
    '<PopupScene>2</PopupScene></List>'
)


def chosen(template, status):
    return {'TemplateId': template, 'SubscribeStatusString': status, 'PopupScene': '2'}


@pytest.mark.parametrize('templates', (('t1',), ('t1', 't2')))
def test_subscription_popup(sender, templates):
    own = ''.join(CHOICE.format(template, 'accept') for template in templates)
    event = f'<SubscribeMsgPopupEvent>{own}</SubscribeMsgPopupEvent>'
    inbound = parse(sender.event('subscribe_msg_popup_event', event))
    assert inbound.fields == {'SubscribeMsgPopupEvent': {'List': [chosen(one, 'accept') for one in templates]}}


@pytest.mark.parametrize('wrapping', ('SubscribeMsgPopupEvent', 'SubscribeMsgChangeEvent'))
def test_both_shapes_of_a_changed_subscription_read_alike(sender, wrapping):
    event = f'<{wrapping}>{CHOICE.format("t1", "reject")}</{wrapping}>'
    inbound = parse(sender.event('subscribe_msg_change_event', event))
    assert inbound.fields == {'SubscribeMsgChangeEvent': {'List': [chosen('t1', 'reject')]}}


def test_subscription_message_sent(sender):
    def parsed(msg_id):
        own = f"""<SubscribeMsgSentEvent><List><TemplateId>t1</TemplateId><MsgID>{msg_id}</MsgID>
          <ErrorCode>0</ErrorCode><ErrorStatus>success</ErrorStatus></List></SubscribeMsgSentEvent>"""
        return parse(sender.event('subscribe_msg_sent_event', own))

    sent = {'TemplateId': 't1', 'MsgID': '700', 'ErrorCode': '0', 'ErrorStatus': 'success'}
    assert parsed(700).fields == {'SubscribeMsgSentEvent': {'List': [sent]}}
    assert parsed(700).key == parsed(700).key != parsed(701).key


@pytest.mark.parametrize(
    'event', ('user_info_modified', 'user_authorization_revoke', 'user_authorization_cancellation')
)
def test_authorisation_changed_is_about_the_resident_named(sender, event):
    def parsed(openid):
        own = f'<OpenID>{openid}</OpenID><AppID>wx01</AppID><RevokeInfo>206</RevokeInfo>'
        return parse(sender.event(event, own, FromUserName='the_platform'))

    assert (parsed('oA').openid, parsed('oA').text_at('RevokeInfo')) == ('oA', '206')
    assert parsed('oA').key != parsed('oB').key
    with pytest.raises(Unreadable, match='OpenID'):
        parse(sender.event(event))


def test_key_of_an_event_changes_with_each_of_its_four_parts(sender):
    click = '<EventKey>guide</EventKey>'
    events = (
        sender.event('CLICK', click),
        sender.event('CLICK', '<EventKey>menu</EventKey>'),
        sender.event('VIEW', click),
        sender.event('CLICK', click, CreateTime='1795443001'),
        sender.event('CLICK', click, FromUserName='oB'),
    )
    assert len({parse(event).key for event in events}) == len(events)
    assert parse(events[0]).key == sha(OPENID, SECONDS, 'CLICK', 'guide')


def test_event_names_are_told_apart_by_case(sender):
    assert parse(sender.event('scan', '<EventKey>sq:a</EventKey>')).opens is None
    assert parse(sender.event('click')).opens is None


def test_what_opens_is_in_the_table(sender):
    events = ('subscribe', 'SCAN', *limits.CLICK_EVENTS)
    assert {parse(sender.event(event)).opens for event in events} | {'message'} == set(limits.ALLOWANCES)


def test_text_at_gives_the_first_text_at_a_path(sender):
    inbound = parse(sender.event('scancode_waitmsg', SCAN_INFO))
    assert inbound.text_at('ScanCodeInfo', 'ScanResult') == 'https://e.cn/1'
    for nothing in (('ScanCodeInfo',), ('ScanCodeInfo', 'Else'), ('ScanCodeInfo', 'ScanType', 'deeper'), ('Else',)):
        assert inbound.text_at(*nothing) == ''


def test_printing_shows_no_words(sender):
    for sent in (sender.message(), sender.message(MsgType='location', Location_X='36', Location_Y='120')):
        printed = repr(parse(sent))
        assert '灯' not in printed
        assert '36' not in printed.replace('1795443000#24681357902468135', '')


# Text is kept exactly


@given(text=st.text(max_size=300))
@example(text='👨‍👩‍👧 ]]> \x00\x08\x1f \u202e\u200f <script>alert(1)</script> &amp; \r\n\t ')
@example(text='\U0010fffd00000d \U0010fffd')
@example(text='\r')
@example(text='字' * 2048)
@example(text='\ufffe\uffff')
@example(text='<![CDATA[ \r ]]>')
def test_any_text_survives_its_cdata(sender, text):
    as_sent = text.replace(']]>', ']]]]><![CDATA[>')
    inbound = parse(sender.message(Content=f'<![CDATA[{as_sent}]]>', bizmsgmenuid=f'<![CDATA[{as_sent}]]>'))
    assert inbound.text == text
    assert inbound.text_at('bizmsgmenuid') == text


def test_control_character_outside_cdata(sender):
    assert parse(sender.message(Content='a\x08b &lt;c&gt; &#13;')).text == 'a\x08b <c> \r'
    assert parse(sender.message(Content='\U0010fffd00000d')).text == '\U0010fffd00000d'


# Our own spelling of what XML cannot carry, counterfeited: as itself, as a character reference, after a false CDATA.
SPELLED = st.lists(
    st.one_of(
        st.sampled_from(
            ['\U0010fffd', '&#x10FFFD;', '&#x10fffd;', '&#1114109;', '<!-- <![CDATA[ -->', ']]&gt;', '\x08']
        ),
        st.sampled_from(['ffffff', '110000', '00d800', '00dfff', '00000d', '000041', '10fffd', '\r', '灯']),
        st.text('0123456789abcdef', min_size=6, max_size=6),
    ),
    max_size=8,
).map(''.join)


@given(text=SPELLED)
@example(text='&#x10FFFD;ffffff')
@example(text='&#x10FFFD;00d800')
@example(text='<!-- <![CDATA[ -->&#x10FFFD;110000')
def test_a_counterfeit_of_our_spelling_is_read_or_unreadable(sender, text):
    for sent in (
        sender.message(Content=text),
        sender.message(MsgType='location', Content=None, Location_X='36', Location_Y='120', Label=text),
        sender.event('CLICK', f'<EventKey>{text}</EventKey>'),
    ):
        try:
            inbound = parse(sent)
        except Unreadable:
            continue
        for words in (inbound.text, inbound.event_key, inbound.text_at('Label')):
            assert words.encode().decode() == words  # no half character that nothing can store


def test_a_character_reference_to_ours_reads_as_that_character(sender):
    assert parse(sender.message(Content='&#x10FFFD;ffffff')).text == '\U0010fffdffffff'
    assert parse(sender.message(Content='&#x10FFFD;00d800')).text == '\U0010fffd00d800'
    assert parse(sender.message(Content='&#x10FFFD;000041')).text == '\U0010fffd000041'


def test_windows_line_ends_between_elements(sender):
    spread = re.sub(rb'(<xml>|</\w+>)', rb'\1\r\n', sender.message(Content='<![CDATA[a\r\nb]]>'))
    assert parse(b'<?xml version="1.0"?>\r\n' + spread).text == 'a\r\nb'


# What is not WeChat's


@pytest.mark.parametrize('name', ('ToUserName', 'FromUserName', 'CreateTime', 'MsgType', 'Content', 'MsgId'))
def test_missing_or_repeated_or_nested_field(sender, name):
    with pytest.raises(Unreadable, match=name):
        parse(sender.message(**{name: None}))
    with pytest.raises(Unreadable, match=name):
        parse(sender.message(**{name: '<deeper>1</deeper>'}))
    with pytest.raises(Unreadable, match='repeated'):
        parse(sender.message().replace(b'</xml>', f'<{name}>1</{name}></xml>'.encode()))


@pytest.mark.parametrize(
    ('name', 'values'),
    (
        ('ToUserName', ('', 'gh 1', 'gh#1', '微邻', 'g' * 65)),
        ('FromUserName', ('', 'o A', 'o#A', 'o\n', '居民')),
        ('CreateTime', ('', '1795443000123', '-1795443000', '1795443000.0', ' 1795443000', '0795443000', '１７９５')),
        ('MsgType', ('', 'Text', 'TEXT', 'Event', ' text', 'text\n', '文字', '../text', 't' * 40)),
        ('MsgId', ('', 'x1', '-1', '1.0', '1' * 21, '１')),
    ),
)  # fmt: skip
def test_a_value_of_the_wrong_form_is_unreadable(sender, name, values):
    for value in values:
        with pytest.raises(Unreadable, match=name):
            parse(sender.message(**{name: f'<![CDATA[{value}]]>'}))


@pytest.mark.parametrize(
    ('kind', 'own'),
    (
        ('image', {'PicUrl': 'http://e.cn'}),
        ('image', {'MediaId': ''}),
        ('voice', {'Format': 'amr'}),
        ('voice', {'MediaId': 'm', 'Recognition': '<a>1</a>'}),
        ('video', {}),
        ('shortvideo', {}),
        ('location', {'Location_X': '36.06'}),
        ('location', {'Location_X': '36.06', 'Location_Y': 'east'}),
        ('location', {'Location_X': 'nan', 'Location_Y': '120'}),
        ('link', {'Title': 'no address'}),
    ),
)
def test_message_without_what_makes_it_one(sender, kind, own):
    with pytest.raises(Unreadable):
        parse(sender.message(MsgType=kind, Content=None, **own))


@pytest.mark.parametrize('event', ('', 'two words', '事件', 'CLICK#', 'E' * 65))
def test_an_event_of_the_wrong_form_is_unreadable(sender, event):
    with pytest.raises(Unreadable, match='Event'):
        parse(sender.event(event))


def test_an_event_without_its_name_is_unreadable(sender):
    with pytest.raises(Unreadable, match='Event'):
        parse(sender.message(MsgType='event'))
    with pytest.raises(Unreadable, match='EventKey'):
        parse(sender.event('CLICK', '<EventKey><a>1</a></EventKey>'))


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><xml><Content>&b;</Content></xml>'


@pytest.mark.parametrize(
    'xml',
    (
        b'',
        b' ',
        b'\x00',
        b'hello',
        b'{"MsgType": "text"}',
        b'<xml',
        b'<xml>',
        b'<xml/>',
        b'<xml></xml><xml></xml>',
        b'<html><body/></html>',
        b'<XML/>',
        b'<xml>stray</xml>',
        b'<!DOCTYPE xml><xml/>',
        b'<!DOCTYPE xml SYSTEM "http://127.0.0.1/x.dtd"><xml/>',
        BOMB,
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><Content>&e;</Content></xml>',
        b'<xml><Content>&nbsp;</Content></xml>',
        b'<xml><Content>&#8;</Content></xml>',
        b'<xml><Content>\xff\xfe</Content></xml>',
        b'<xml\x08/>',
        b'<?xml version="1.0" encoding="gbk"?><xml/>',
        b'<?xml version="1.0" encoding="no-such"?><xml/>',
        '<xml/>'.encode('utf-16'),
        b'<xml xmlns="urn:x"/>',
        b'<xml>' + b'<a>' * 30_000 + b'</a>' * 30_000 + b'</xml>',
        b'<xml>' + b'<a/>' * 50_000 + b'</xml>',
    ),
)
def test_what_is_not_a_message(xml):
    with pytest.raises(Unreadable):
        parse(xml)


def test_sections_without_an_end_are_given_up_quickly():
    began = time.process_time()
    with pytest.raises(Unreadable):
        parse(b'<![CDATA[' * (limits.CALLBACK_BYTES // 9))
    assert time.process_time() - began < 1


@pytest.mark.parametrize('where', ('<xml>', '</MsgType>', '</MsgId>'))
def test_stray_text_between_elements(sender, where):
    for stray in ('stray', '\u3000', '<![CDATA[x]]>', '\x08'):
        with pytest.raises(Unreadable, match='stray'):
            parse(sender.message().replace(where.encode(), (where + stray).encode()))


def test_doctype_before_a_good_message(sender):
    with pytest.raises(Unreadable, match='DOCTYPE'):
        parse(b'<!DOCTYPE xml>' + sender.message())


def test_reasons_are_free_of_contents(sender):
    for sent in (sender.message(CreateTime='secret'), sender.message(MsgType='Secret'), b'<xml>secret</oops>'):
        with pytest.raises(Unreadable) as caught:
            parse(sent)
        assert 'ecret' not in str(caught.value)
        assert caught.value.__cause__ is None


@given(xml=st.binary(max_size=400))
def test_any_bytes_are_unreadable(xml):
    with pytest.raises(Unreadable):
        parse(xml)


@given(at=st.integers(min_value=0), cut=st.integers(min_value=0, max_value=8), put=st.binary(max_size=8))
def test_any_damage_to_a_good_message_is_read_or_unreadable(sender, at, cut, put):
    whole = sender.message()
    at %= len(whole)
    try:
        parse(whole[:at] + put + whole[at + cut :])
    except Unreadable as unreadable:
        assert str(unreadable)  # noqa: PT017 (either outcome is right)


def test_longest_body_is_read_well_within_the_five_seconds(sender):
    item = b'<item><a/></item>'
    items = (limits.CALLBACK_BYTES - len(sender.event('long'))) // len(item) - 1
    began = time.process_time()
    inbound = parse(sender.event('long', f'<List>{item.decode() * items}</List>'))
    assert inbound.fields == {'List': [{'item': [{'a': ''}] * items}]}
    assert time.process_time() - began < limits.ANSWER_WITHIN.total_seconds() / 2
