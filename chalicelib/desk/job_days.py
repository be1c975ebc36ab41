"""The day that a page of jobs was asked for."""

from datetime import date


def day_of(typed: str) -> date | None:
    """None where it is no day."""
    try:
        return date.fromisoformat(typed) if len(typed) == len('2026-11-28') else None
    except ValueError:
        return None
