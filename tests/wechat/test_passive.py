"""The passive reply is XML that WeChat can read, whatever the words are."""

import re

from defusedxml.ElementTree import fromstring
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.wechat import passive
from chalicelib.wechat.message import parse


def test_reply_goes_back_to_the_sender(sender):
    reply = fromstring(passive.text(parse(sender.message()), '已收到', sender.now))
    assert [(element.tag, element.text) for element in reply] == [
        ('ToUserName', 'oA37_-resident'),
        ('FromUserName', 'gh_0123456789ab'),
        ('CreateTime', '1795443000'),
        ('MsgType', 'text'),
        ('Content', '已收到'),
    ]


@given(words=st.text(st.characters(), max_size=300))
@example(words='x ]]> y ]]]]>> <![CDATA[ z')
@example(words='👍\x00\x08\x1f\u202e\ud800\udfff\ufffe\uffff <script>&amp;</script>\n')
def test_any_words_arrive_but_for_what_xml_cannot_carry(sender, words):
    reply = fromstring(passive.text(parse(sender.message()), words, sender.now))
    carried = re.sub('[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]', '', words)  # XML 1.0, production 2
    assert (reply.findtext('Content') or '') == re.sub('\r\n?', '\n', carried)


def test_link_stays_a_link(sender):
    link = '<a href="https://e.cn/?a=1&b=2">打开</a>'
    assert fromstring(passive.text(parse(sender.message()), link, sender.now)).findtext('Content') == link
