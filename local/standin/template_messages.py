"""Template messages: what a verified service account sends by a form that WeChat has approved, at any time."""

import re
from typing import Any

from local.standin.call import Api, Call, part, verified_service
from local.standin.people import Template
from local.standin.refusals import Refusal

FINISHED = 'TEMPLATESENDJOBFINISH'

# What the value of a field may be, by the letters of its name. OC, enforced since 2023-05-04; doubt: all but thing's
# are those of subscription messages.
_DAY = r'\d{4}(年|-|/)\d{1,2}(月|-|/)\d{1,2}日?'
SHAPES = {
    'thing': r'.{1,20}',
    'short_thing': r'.{1,20}',
    'const': r'.{1,20}',
    'name': r'.{1,10}',
    'phrase': r'[^ -~]{1,5}',
    'character_string': r'[!-~]{1,32}',
    'time': rf'({_DAY} ?)?\d{{1,2}}:\d{{2}}(:\d{{2}})?',
    'date': rf'{_DAY}( ?\d{{1,2}}:\d{{2}}(:\d{{2}})?)?',
}
ANY_SHAPE = r'.{1,32}'


def send(call: Call) -> dict[str, Any]:
    person, template = call.follower(call.data.get('touser')), _template(call)
    said = values(template, part(call.data, 'data'))
    url = str(call.data.get('url') or '')
    with call.world.changed:
        call.world.state.last_id += 1
        number = call.world.state.last_id
        shown = [[template.fields[name], value] for name, value in said.items()]
        fields = {'url': url, 'values': shown}
        call.world.show(person, call.account.id, 'account', 'template', template.title, fields=fields)
    call.world.event(person, call.account.id, FINISHED, {'MsgID': number, 'Status': 'success'})
    return {'errcode': 0, 'errmsg': 'ok', 'msgid': number}


def _template(call: Call) -> Template:
    for template in call.account.templates:
        if template.id == call.data.get('template_id'):
            return template
    raise Refusal(40037)


def values(template: Template, data: dict[str, Any]) -> dict[str, str]:
    """Every field of the template, in its order; each must be there and fit its type."""
    said = {name: part(data, name).get('value') if name in data else None for name in template.fields}
    if not all(isinstance(value, str) and _fits(name, value) for name, value in said.items()):
        raise Refusal(47003)
    return {name: str(value) for name, value in said.items()}


def _fits(name: str, value: str) -> bool:
    shape = SHAPES.get(name.rstrip('0123456789'), ANY_SHAPE)
    return re.fullmatch(shape, value, re.DOTALL) is not None


APIS = {'message/template/send': Api('POST', send, verified_service)}
