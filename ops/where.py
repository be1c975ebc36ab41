"""Where the deployment's pages are, for commands that say or call its address."""

from chalicelib import address


def base_url() -> str | None:
    """From WEILIN_BASE_URL or the parameter that the deployment wrote; None where nobody has said it."""
    try:
        return address.base_url()
    except address.Unknown:
        return None


def shown() -> str:
    """The same for printing."""
    return base_url() or '…'
