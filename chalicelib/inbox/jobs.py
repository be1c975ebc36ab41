"""What runs without a visitor in the inbox: the workers behind its queues."""

import json
from datetime import datetime

# What a worker needs is loaded with its first job: the callback's cold start knows nothing of it.


def fetch_media(body: str, now: datetime) -> None:
    """Bring one photo, voice or video from WeChat to S3 before WeChat forgets it."""
    from chalicelib.inbox import fetching

    fetching.fetch(json.loads(body), now)


def send_kept(body: str, now: datetime) -> None:
    """Send one reply that was kept until the resident's next message."""
    from chalicelib.inbox import sending

    sending.send_kept(json.loads(body), now)
