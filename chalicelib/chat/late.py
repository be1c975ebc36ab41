"""What could not be stored waits in the queue `late`: the envelope, closed, with the query that proves it."""

import hashlib
import json
from datetime import datetime
from typing import NamedTuple

from chalicelib import aws, logs, settings
from chalicelib.wechat import envelope, message

QUEUE = 'late.fifo'
_QUERY = ('signature', 'timestamp', 'nonce', 'encrypt_type', 'msg_signature')


class Letter(NamedTuple):
    """A callback as it was posted."""

    account: str
    query: dict[str, str]
    body: bytes
    received_at: datetime
    maybe_given: bool = False  # see `converse.MaybeGiven`
    trace: str = ''  # see `logs`


def put(letter: Letter, opened: envelope.Opened) -> None:
    """Queue a letter that was opened and verified. Of the same message twice SQS drops one within five minutes."""
    who, which = _told_apart(opened.xml)
    if who:
        logs.known(f'{letter.account}#{who}')
    aws.client('sqs').send_message(
        QueueUrl=settings.queue_url(QUEUE),
        MessageBody=_job(letter),
        MessageGroupId=_digest(letter.account, who),  # her messages stay in their order, and hold up nobody else's
        MessageDeduplicationId=_digest(letter.account, who, which),
    )


def read(job: str) -> Letter:
    """The letter a job brings back."""
    found = json.loads(job)
    received_at = datetime.fromisoformat(found['received_at'])
    body = found['body'].encode(errors='surrogateescape')
    return Letter(found['account'], found['query'], body, received_at, found['maybe_given'], found.get('trace', ''))


def _job(letter: Letter) -> str:
    # ASCII throughout: SQS takes only what XML can carry, and a plain body may be any bytes.
    return json.dumps(
        {
            'account': letter.account,
            'query': {name: letter.query[name] for name in _QUERY if name in letter.query},
            'body': envelope.closed(letter.query, letter.body).decode(errors='surrogateescape'),
            'received_at': letter.received_at.isoformat(),
            'maybe_given': letter.maybe_given,
            'trace': letter.trace,
        }
    )


def _told_apart(xml: bytes) -> tuple[str, str]:
    """Who wrote, and which message it is; what cannot be read is told apart by all of it."""
    try:
        inbound = message.parse(xml)
    except Exception:  # also a mistake of ours: the letter waits until it is mended
        return '', hashlib.sha256(xml).hexdigest()
    return inbound.openid, inbound.key


def _digest(*parts: str) -> str:
    return hashlib.sha256('#'.join(parts).encode()).hexdigest()
