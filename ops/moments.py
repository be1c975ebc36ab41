"""Moments as an operator types them."""

from datetime import UTC, datetime

from chalicelib import clock


def moment(text: str) -> datetime:
    """Without a zone it is Beijing's time."""
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=clock.BEIJING)).astimezone(UTC)
