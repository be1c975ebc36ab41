"""What residents are told of their bookings: the words of words.toml."""

from chalicelib.catalogue import catalogue

say = catalogue(__file__)


def tidy(text: str) -> str:
    """One line of what somebody has typed, without signs that cannot be seen."""
    return ''.join(sign for sign in ' '.join(text.split()) if sign.isprintable()).strip()
