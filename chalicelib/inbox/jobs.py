"""What runs without a visitor in the inbox: the workers behind its queues."""

import json
from datetime import datetime

from chalicelib.inbox import media, sending


def fetch_media(body: str, now: datetime) -> None:
    """Bring one photo, voice or video from WeChat to S3 before WeChat forgets it."""
    media.fetch(json.loads(body), now)


def send_kept(body: str, now: datetime) -> None:
    """Send one reply that was kept until the resident's next message."""
    sending.send_kept(json.loads(body), now)
