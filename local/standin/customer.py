"""Customer-service messages: what an account may send to whom, and how long still."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from chalicelib.wechat.limits import TEXT_BYTES
from local.standin import allowance
from local.standin.call import Api, Call, part, verified
from local.standin.refusals import Refusal

TYPING_AFTER_SIGN = timedelta(seconds=30)
TYPING_LASTS = timedelta(seconds=15)

Shown = tuple[str, str | None, dict[str, Any]]  # text, media, fields of the line on the phone


def send(call: Call) -> dict[str, Any]:
    person = call.follower(call.data.get('touser'))
    kind = str(call.data.get('msgtype'))
    if kind not in KINDS:
        raise Refusal(40008)
    text, media_id, fields = KINDS[kind](call, part(call.data, kind))
    with call.world.changed:
        state = call.world.chat_state(person, call.account.id)
        try:
            state.grants = allowance.spent(state.grants, call.world.now())
        except allowance.Spent as error:
            raise Refusal(error.code) from error
        state.typing_until = None
        call.world.show(person, call.account.id, 'account', kind, text, media_id, fields)
    return {}


def typing(call: Call) -> dict[str, Any]:
    person, command, now = call.follower(call.data.get('touser')), call.data.get('command'), call.world.now()
    if command not in ('Typing', 'CancelTyping'):
        raise Refusal(45072)
    with call.world.changed:
        state = call.world.chat_state(person, call.account.id)
        if not state.last_sign_at or now - state.last_sign_at > TYPING_AFTER_SIGN:
            raise Refusal(45080)
        if command == 'Typing' and state.typing_until and state.typing_until > now:
            raise Refusal(45081)
        state.typing_until = now + TYPING_LASTS if command == 'Typing' else None
        call.world.note()
    return {}


def _text(call: Call, data: dict[str, Any]) -> Shown:
    text = data.get('content')
    if not isinstance(text, str) or not text:
        raise Refusal(44004)
    if len(text.encode()) > TEXT_BYTES:
        raise Refusal(45002)
    return text, None, {}


def _media(call: Call, data: dict[str, Any]) -> Shown:
    media_id = data.get('media_id')
    if not isinstance(media_id, str) or not call.world.usable_media(call.account.id, media_id):
        raise Refusal(40007)
    return str(data.get('title', '')), media_id, {}


def _menu(call: Call, data: dict[str, Any]) -> Shown:
    choices = data.get('list')
    if not isinstance(choices, list) or not all(isinstance(each, dict) for each in choices):
        raise Refusal(47001)
    choices = [{'id': str(each.get('id', '')), 'content': str(each.get('content', ''))} for each in choices]
    tail = str(data.get('tail_content', ''))
    return str(data.get('head_content', '')), None, {'choices': choices, 'tail': tail}


def _news(call: Call, data: dict[str, Any]) -> Shown:
    articles = data.get('articles')
    if not isinstance(articles, list) or len(articles) != 1:
        raise Refusal(45008)
    article = {name.capitalize(): str(value) for name, value in articles[0].items()}
    return article.get('Title', ''), None, {'articles': [article]}


def _other(call: Call, data: dict[str, Any]) -> Shown:
    return str(data.get('title', '')), None, {'data': data}


KINDS: dict[str, Callable[[Call, dict[str, Any]], Shown]] = {
    'text': _text,
    'image': _media,
    'voice': _media,
    'video': _media,
    'msgmenu': _menu,
    'news': _news,
    **dict.fromkeys(('music', 'mpnews', 'mpnewsarticle', 'wxcard', 'miniprogrampage', 'link'), _other),
}

APIS = {
    'message/custom/send': Api('POST', send, verified),
    'message/custom/typing': Api('POST', typing, verified),
}
