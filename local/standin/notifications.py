"""Notifications (订阅通知): a verified service account sends one for each time somebody has agreed to one.

OD service/Subscription_Messages/intro. Not a follower's alone, and no window is needed.
"""

from typing import Any

from local.standin.call import Api, Call, part, verified_service
from local.standin.people import Template
from local.standin.refusals import Refusal
from local.standin.template_messages import values

FINISHED = 'subscribe_msg_sent_event'
DELIVERED = {'ErrorCode': '0', 'ErrorStatus': 'success'}


def send(call: Call) -> dict[str, Any]:
    person, notification = call.person(call.data.get('touser')), _notification(call)
    said = values(notification, part(call.data, 'data'))
    with call.world.changed:
        if not call.world.use_consent(person, call.account.id, notification):
            raise Refusal(43101)
        call.world.state.last_id += 1
        number = call.world.state.last_id
        shown = [[notification.fields[name], value] for name, value in said.items()]
        fields = {'url': str(call.data.get('page') or ''), 'values': shown}
        call.world.show(person, call.account.id, 'account', 'template', notification.title, fields=fields)
    told = {'TemplateId': notification.id, 'MsgID': number, **DELIVERED}
    call.world.about_notifications(person, call.account.id, FINISHED, {'SubscribeMsgSentEvent': {'List': told}})
    return {'errcode': 0, 'errmsg': 'ok', 'msgid': number}  # doubt: whether it gives one; the event does


def _notification(call: Call) -> Template:
    for notification in call.account.notifications:
        if notification.id == call.data.get('template_id'):
            return notification
    raise Refusal(40037)


APIS = {'message/subscribe/bizsend': Api('POST', send, verified_service)}
