"""Templates by which a service account tells residents something at any time: which fits, and the call itself."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from chalicelib.alliance import actions as alliance
from chalicelib.alliance import credentials
from chalicelib.outreach import rules
from chalicelib.wechat import limits
from chalicelib.wechat.client import client_for

if TYPE_CHECKING:
    from chalicelib.alliance.records import Account
    from chalicelib.outreach.records import Telling


class Form(NamedTuple):
    """A template of the account; `fields`: which of a purpose's values stands in which field of it."""

    id: str
    fields: Mapping[str, str]
    lasting: bool = False  # of a notification: she agrees once and for good


def form(account: 'Account', channel: str, purpose: str) -> Form | None:
    """What the account has for this purpose; None where it has nothing or may not send it."""
    if account.kind != 'service' or not alliance.may_send(account):
        return None
    configured: Mapping[str, Any] = (account.templates if channel == rules.TEMPLATE else account.notifications) or {}
    found = configured.get(purpose)
    return Form(found['id'], found['fields'], bool(found.get('lasting'))) if found else None


def fitting(account: 'Account | None', channel: str, row: 'Telling') -> Form | None:
    """The form by which this can be told, with something to say in all of its fields."""
    found = form(account, channel, row.purpose) if account else None
    return found if found and rules.fits(found.fields, row.values) else None


def send(row: 'Telling', channel: str, form: Form) -> str:
    """WeChat's id of what was sent, '' where it gave none. Raises what `wechat.errors` has, `credentials.Unknown`."""
    account, _, openid = row.conversation.partition('#')
    values = {field: limits.template_value(field, row.values[name]) for name, field in form.fields.items()}
    client = client_for(credentials.credentials(account))
    if channel == rules.TEMPLATE:
        return str(client.send_template(openid, form.id, row.url or '', values))
    return str(client.send_subscription(openid, form.id, row.url or '', values))
