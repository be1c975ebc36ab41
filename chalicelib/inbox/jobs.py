"""What runs without a visitor in the inbox: the workers behind its queues, its deadlines."""

import json
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib import logs

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member
    from chalicelib.deadlines.records import Deadline

# What a worker needs is loaded with its first job: the callback's cold start knows nothing of it.


def fetch_media(body: str, now: datetime) -> None:
    """Bring one photo, voice or video from WeChat to S3 before WeChat forgets it."""
    from chalicelib.inbox import fetching

    job = json.loads(body)
    with logs.job(job):
        fetching.fetch(job, now)


def send_kept(body: str, now: datetime) -> None:
    """Send one reply that was kept until the resident's next message."""
    from chalicelib.inbox import sending

    job = json.loads(body)
    with logs.job(job):
        sending.send_kept(job, now)


def watch(now: datetime) -> None:
    """Tell the operator's metrics how long residents wait."""
    from chalicelib.inbox import watching

    watching.watch(now)


def reconcile(now: datetime, seconds: float) -> None:
    """Compare who follows with WeChat's own lists, for as long as there is time."""
    from chalicelib.inbox import reconciling

    reconciling.reconcile(now, seconds)


def chase(deadline: 'Deadline', now: datetime) -> None:
    """Somebody waits: tell whoever has to know by now."""
    from chalicelib.inbox import chasing

    chasing.chase(deadline, now)


def resend(deadline: 'Deadline', now: datetime) -> None:
    """Send again what failed in transit; give up what never came back."""
    from chalicelib.inbox import resending

    resending.resend(deadline, now)


def still_waits(about: str, level: str) -> bool:
    """Whether staff still have to be told of this conversation."""
    from chalicelib.inbox import chasing

    return chasing.still_waits(about, level)


def alert(member: 'Member', words: str, once: str, now: datetime) -> None:
    """Tell a member in their own chat, now or not at all."""
    from chalicelib.inbox import notifying

    notifying.alert(member, words, once, now)


def chat_open_until(member: 'Member', now: datetime) -> datetime | None:
    """Until when WeChat lets us write into a member's own chat."""
    from chalicelib.inbox import notifying

    return notifying.chat_open_until(member, now)
