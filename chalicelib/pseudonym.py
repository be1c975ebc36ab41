"""How a resident stands in logs and ledgers: by a hash of her conversation's id. Pure."""

from hashlib import sha256

_SHORT = 16  # characters: 64 bits tell a city's residents apart


def hashed(conversation_id: str) -> str:
    """As the ledgers have it. An openid is 28 random characters: it cannot be tried out."""
    return sha256(conversation_id.encode()).hexdigest()


def short(conversation_id: str) -> str:
    """The beginning of the same, for log lines: the same over days, from her message to the answer."""
    return hashed(conversation_id)[:_SHORT]
