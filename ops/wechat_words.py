"""What WeChat's refusals mean to an operator, and what to do about each."""

from chalicelib.alliance import credentials
from chalicelib.wechat import errors

_WHAT_TO_DO = {
    40001: 'the AppSecret is wrong: ops.accounts secrets {id} secret',
    40013: 'the AppID is wrong: compare it with the console; then remove the account and add it again',
    40125: 'the AppSecret is wrong, perhaps it was reset in the console: ops.accounts secrets {id} secret',
    40201: 'no server URL is entered in the console (设置与开发 → 基本配置)',
    40243: 'the AppSecret is frozen: unfreeze it in the console (设置与开发 → 基本配置)',
    45009: "today's quota of this call is used up; it is full again at midnight in Beijing",
    45011: 'too many calls within a minute: wait one',
    46003: 'no menu is set: ops.menu --account {id}',
    48001: 'WeChat does not grant this to the account: its certification is missing or has run out (账号认证)',
    48004: 'WeChat has taken this away for a violation: see the notices in the console',
    50002: 'the account is restricted: see the notices in the console',
}


def said(error: Exception, account_id: str) -> str:
    """One line, free of contents."""
    if isinstance(error, credentials.Unknown):
        return 'its secrets are missing: write them with ops.accounts add-all'
    if not isinstance(error, errors.Refused):
        words = str(error) if isinstance(error, errors.Failed) else type(error).__name__
        return f'no answer to go by ({words}): try again'
    if error.code == 40164:
        address = error.address or 'this machine'
        return f'WeChat refuses {address} (40164): put it on the IP 白名单, or call from an address that is there'
    advice = _WHAT_TO_DO.get(error.code, 'ask for the meaning in WeChat’s documentation').format(id=account_id)
    return f'{error.code} {error.reaction.meaning}: {advice}'
