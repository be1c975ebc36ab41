"""What runs without a visitor: the night's reading of publications, the warnings, the counts of who waits."""

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.deadlines.records import Deadline

# What they need is loaded with the first of them: the callback's cold start knows nothing of it.


def read_publications(now: datetime, seconds: float) -> None:
    """Ask WeChat what each account has published, for as long as there is time."""
    from chalicelib.insight import reading

    reading.read(now, seconds)


def warn(deadline: 'Deadline', now: datetime) -> None:
    """An account is silent: tell whoever has to know by now."""
    from chalicelib.insight import silence

    silence.warn(deadline, now)


def still_silent(about: str, level: str) -> bool:
    """Whether staff still have to be told of this account."""
    from chalicelib.insight import silence

    return silence.still_silent(about, level)


def watch(now: datetime) -> None:
    """How long residents wait: for the operator's metrics, and for the page of the accounts."""
    from chalicelib.inbox import watching
    from chalicelib.insight import counting

    counting.keep(watching.watch(now), now)
