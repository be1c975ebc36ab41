"""The passive reply: the answer within WeChat's five seconds, which costs none of the messages we may send. Pure."""

from datetime import datetime

from chalicelib.wechat import strict_xml
from chalicelib.wechat.message import Inbound


def text(inbound: Inbound, words: str, now: datetime) -> str:
    """The reply XML that shows `words` to whoever sent `inbound`."""
    return (
        f'<xml><ToUserName>{_cdata(inbound.openid)}</ToUserName><FromUserName>{_cdata(inbound.to)}</FromUserName>'
        f'<CreateTime>{int(now.timestamp())}</CreateTime><MsgType>{_cdata("text")}</MsgType>'
        f'<Content>{_cdata(words)}</Content></xml>'
    )


def _cdata(words: str) -> str:
    return f'<![CDATA[{strict_xml.carriable(words).replace("]]>", "]]]]><![CDATA[>")}]]>'
