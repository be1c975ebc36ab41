"""The day that a page was asked for."""

from datetime import date

_YEARS = range(2000, 2200)  # OURS: where there are days before and after, in every zone


def day_of(typed: str) -> date | None:
    """None where it is no day, or one of centuries away."""
    try:
        day = date.fromisoformat(typed) if len(typed) == len('2026-11-28') else None
    except ValueError:
        return None
    return day if day and day.year in _YEARS else None
