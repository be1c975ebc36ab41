"""The menu below the chats of an account."""

from typing import Any

from chalicelib.wechat.limits import MENU_BUTTONS, MENU_KEY_BYTES, MENU_SUB_BUTTONS, MENU_URL_BYTES
from local.standin.call import Api, Call, verified
from local.standin.refusals import Refusal

# Names may be 16 bytes, 60 in a sub-menu (UNVERIFIED, from memory); clients show less.
NAME_BYTES, SUB_NAME_BYTES = 16, 60
PHOTOS = ('pic_sysphoto', 'pic_photo_or_album', 'pic_weixin')
KEYED = ('click', 'scancode_push', 'scancode_waitmsg', *PHOTOS, 'location_select')
TYPES = (*KEYED, 'view', 'miniprogram', 'media_id', 'view_limited', 'article_id', 'article_view_limited')


def create(call: Call) -> dict[str, Any]:
    buttons = call.data.get('button')
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= MENU_BUTTONS:
        raise Refusal(40016)
    for button in buttons:
        children = button.get('sub_button') or []
        if len(children) > MENU_SUB_BUTTONS:
            raise Refusal(40023)
        _check_name(button, NAME_BYTES)
        for child in children:
            _check_name(child, SUB_NAME_BYTES)
        for leaf in children or [button]:
            _check_leaf(leaf)
    _set(call, {'button': buttons})
    return {}


def get(call: Call) -> dict[str, Any]:
    if not call.account.menu:
        raise Refusal(46003)
    return {'menu': call.account.menu}


def delete(call: Call) -> dict[str, Any]:
    _set(call, None)
    return {}


def _set(call: Call, menu: dict[str, Any] | None) -> None:
    with call.world.changed:
        call.world.state.accounts[call.account.id].menu = menu
        call.world.note()


def _check_name(button: dict[str, Any], most: int) -> None:
    if not 1 <= len(str(button.get('name') or '').encode()) <= most:
        raise Refusal(40018)


def _check_leaf(button: dict[str, Any]) -> None:
    kind = button.get('type')
    if kind not in TYPES:
        raise Refusal(40017)
    if kind in KEYED and not 1 <= len(str(button.get('key') or '').encode()) <= MENU_KEY_BYTES:
        raise Refusal(40019)
    if kind == 'view' and not 1 <= len(str(button.get('url') or '').encode()) <= MENU_URL_BYTES:
        raise Refusal(40020)


APIS = {
    'menu/create': Api('POST', create, verified),
    'menu/get': Api('GET', get, verified),
    'menu/delete': Api('GET', delete, verified),
}
