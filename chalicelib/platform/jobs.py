"""What the accounts' own troubles set going."""

from datetime import datetime


def address_refused(app_id: str, address: str, now: datetime) -> None:
    """WeChat takes no calls from our address: nothing goes out before an operator has acted."""
    from chalicelib.platform import egress  # rare; the callback's cold start knows nothing of it

    egress.address_refused(app_id, address, now)
