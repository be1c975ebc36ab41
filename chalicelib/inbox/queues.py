"""The job for the worker of the queue `sends`: a kept photo goes out when the resident's window opens again."""

import json
from datetime import datetime

from chalicelib import aws, logs, settings
from chalicelib.inbox import rules
from chalicelib.inbox.records import Conversation


def send_kept_soon(conversation: Conversation, now: datetime) -> None:
    """Her window is open again: photos kept for her go out by the queue `sends`; words went with the answer."""
    for kept in conversation.kept:
        if kept.kind != 'text' and rules.deliverable(kept.confirmed_at, kept.promised_at, now):
            job = json.dumps({'conversation': conversation.id, 'key': kept.key, 'trace': logs.trace()})
            aws.client('sqs').send_message(QueueUrl=settings.queue_url('sends'), MessageBody=job)
