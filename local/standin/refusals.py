"""The errors WeChat's API gives, in its own words."""

import secrets

WORDS = {
    -1: 'system error',
    40001: 'invalid credential, access_token is invalid or not latest, could get access_token by getStableAccessToken',
    40002: 'invalid grant_type',
    40003: 'invalid openid',
    40004: 'invalid media type',
    40005: 'invalid file type',
    40007: 'invalid media_id',
    40008: 'invalid message type',
    40009: 'invalid image size',
    40010: 'invalid voice size',
    40011: 'invalid video size',
    40012: 'invalid thumb size',
    40013: 'invalid appid',
    40016: 'invalid button size',
    40017: 'invalid button type',
    40018: 'invalid button name size',
    40019: 'invalid button key size',
    40020: 'invalid button url size',
    40023: 'invalid sub button size',
    40029: 'invalid code',
    40033: 'invalid charset. please check your request, if include \\uxxxx will create fail!',
    40035: 'invalid parameter',
    40037: 'invalid template_id',
    40053: 'invalid action info',
    40058: 'content exceed max length. invalid Request Parameter',
    40125: 'invalid appsecret',
    40163: 'code been used',
    40164: 'invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist',  # nobody calls from elsewhere
    40201: 'invalid check url',
    40202: 'invalid action',
    40203: 'invalid check_operator',
    40243: 'appsecret frozen',
    41001: 'access_token missing',
    41002: 'appid missing',
    41004: 'appsecret missing',
    41005: 'media data missing',
    41006: 'media_id missing',
    41008: 'missing code',
    42001: 'access_token expired',
    42003: 'code expired',
    43001: 'require GET method',
    43002: 'require POST method',
    43004: 'require subscribe',
    44001: 'empty media data',
    44002: 'empty post data',
    44004: 'empty content',
    45002: 'content size out of limit',
    45007: 'playtime out of limit',
    45008: 'article size out of limit',
    45009: 'reach max api daily quota limit',
    45011: 'api minute-quota reach limit, must slower, retry next minute',
    45015: 'response out of time limit or subscription is canceled',
    45047: 'out of response count limit',
    45072: 'command is invalid',
    45080: 'no interaction in the last 30 seconds',
    45081: 'already in typing state',
    46003: 'menu no exist',
    47001: 'data format error',
    47003: 'argument invalid! data.{field}.value is empty or of the wrong form',
    48001: 'api unauthorized',
    48006: 'forbid to clear quota because of reaching the limit',
    76003: 'invalid cgi_path',
    76021: 'cgi_path not found, please check',
    93000: 'invalid webhook url',
}


class Refusal(Exception):
    """An API call that WeChat answers with an error."""

    def __init__(self, code: int) -> None:
        super().__init__(f'errcode {code}')
        self.code = code


def body(code: int, hint: str = '') -> dict[str, int | str]:
    """The answer to a refused call; the rid is what WeChat's support asks for."""
    rid = '-'.join(secrets.token_hex(4) for _ in range(3))
    return {'errcode': code, 'errmsg': f'{WORDS.get(code, "refused")}{hint} rid: {rid}'}
