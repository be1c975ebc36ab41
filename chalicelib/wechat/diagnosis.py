"""What WeChat says about an account when it is asked: for operators who look into something."""

from typing import TYPE_CHECKING, Any, NamedTuple

from chalicelib.wechat.errors import OutcomeUnknown

if TYPE_CHECKING:
    from chalicelib.wechat.api import Client


class Reach(NamedTuple):
    """How WeChat finds the server entered in the console: its addresses, and those that answer a ping."""

    addresses: list[str]
    pinged: list[str]


class Quota(NamedTuple):
    """Calls of one API on this Beijing day."""

    limit: int
    left: int


def buttons(client: 'Client') -> list[dict[str, Any]]:
    """Of the menu, without the empty `sub_button` that WeChat adds; raises `Refused` 46003 where there is none."""
    menu = client.menu.get().get('menu')
    found = menu.get('button') if isinstance(menu, dict) else None
    if not isinstance(found, list):
        raise OutcomeUnknown('the answer is not a menu')
    return [_plain(button) for button in found]


def _plain(button: dict[str, Any]) -> dict[str, Any]:
    below = [_plain(one) for one in button.get('sub_button') or []]
    rest = {name: value for name, value in button.items() if name != 'sub_button'}
    return rest | ({'sub_button': below} if below else {})


def reach(client: 'Client') -> Reach:
    """OD service/api/base/api_callbackcheck; `Refused` 40201 where no URL is entered."""
    answer = client.misc.check_network('all', 'DEFAULT')
    try:
        return Reach(
            [str(found['ip']) for found in answer.get('dns') or []],
            [str(found['ip']) for found in answer.get('ping') or [] if found['package_loss'] == '0%'],
        )
    except (KeyError, TypeError):
        raise OutcomeUnknown('the answer is not that of a network check') from None


def quota(client: 'Client', path: str) -> Quota:
    """OD service/api/apimanage/api_getapiquota; `path` as under /cgi-bin/."""
    answer = client.post('openapi/quota/get', data={'cgi_path': f'/cgi-bin/{path}'})
    try:
        return Quota(int(answer['quota']['daily_limit']), int(answer['quota']['remain']))
    except (KeyError, TypeError, ValueError):
        raise OutcomeUnknown('the answer is not a quota') from None
