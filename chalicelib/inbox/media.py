"""Photos, voice and video: their states, and the job for `fetching`'s worker; WeChat forgets them in three days."""

import json
import logging
from datetime import datetime

from chalicelib import aws, logs, settings
from chalicelib.inbox import records
from chalicelib.inbox.records import Message

log = logging.getLogger('weilin')

# Not fetched yet; in our bucket; forgotten by WeChat before we came; too large, or not what it claims to be.
PENDING, STORED, EXPIRED, REFUSED = 'pending', 'stored', 'expired', 'refused'


def fetch_soon(message: Message, now: datetime) -> bool:
    """Ask the worker to fetch a message's medium. False where the queue fails: never raises, the resident is served."""
    if message.media is None or message.media.state != PENDING:
        return False
    job = {
        'account': message.conversation.partition('#')[0],
        'conversation': message.conversation,
        'key': message.key,
        'wechat_id': message.media.wechat_id,
        'kind': message.kind,
        'format': message.media.format,
        'at': now.isoformat(),
        'trace': logs.trace(),
    }
    try:
        aws.client('sqs').send_message(QueueUrl=settings.queue_url('media'), MessageBody=json.dumps(job))
    except Exception as error:
        log.error('media not queued account=%s key=%s error=%s', job['account'], message.key, type(error).__name__)
        return False
    return True


def fetch_again(conversation_id: str, key: str, now: datetime) -> bool:
    """The same for a message whose medium somebody looks for and which is not there yet."""
    message = records.message(conversation_id, key)
    return message is not None and fetch_soon(message, now)
