"""A gateway for text messages as any provider has one: JSON with a number and a text, and a key in the header."""

import hmac
import re
from typing import Any

from flask import Request

from local.standin.ground import Ground

MOBILE = '1[0-9]{10}'
MOST_CHARACTERS = 500  # providers send up to so many in one long message


def send(world: Ground, request: Request) -> tuple[dict[str, Any], int]:
    """The answer and its HTTP status."""
    key = world.state.sms.key
    if not key or not hmac.compare_digest(request.headers.get('Authorization', '').encode(), f'Bearer {key}'.encode()):
        return {'code': 'Unauthorized'}, 401
    data = request.get_json(silent=True)
    mobile, text = (str(data.get(name) or '') for name in ('mobile', 'text')) if isinstance(data, dict) else ('', '')
    if not re.fullmatch(MOBILE, mobile) or not 1 <= len(text) <= MOST_CHARACTERS:
        return {'code': 'InvalidParameter'}, 400
    owner = world.owner_of(mobile)
    world.post(world.state.sms, 'sms', text, {'mobile': mobile, 'name': owner.name if owner else ''})
    return {'code': 'OK'}, 200
