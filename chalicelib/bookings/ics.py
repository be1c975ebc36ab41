"""Calendar files (RFC 5545): appointments as phones take them in, without anything by which somebody is found. Pure."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

_LONGEST = 75  # octets of a line, without its end (RFC 5545, 3.1)
_ESCAPED = str.maketrans({'\\': '\\\\', ';': '\\;', ',': '\\,', '\n': '\\n', '\r': None})


class Event(NamedTuple):
    """`uid` stays the same for good, `version` grows with every change, `changed_at` is when this was so."""

    uid: str
    version: int
    starts_at: datetime
    ends_at: datetime
    title: str
    words: str
    place: str
    changed_at: datetime
    cancelled: bool = False


def calendar(events: Iterable[Event], name: str) -> str:
    """One calendar with these events, its lines ended and folded as the standard wants."""
    lines = [
        'BEGIN:VCALENDAR',
        'VERSION:2.0',
        'PRODID:-//Weilin//Bookings//ZH',
        'CALSCALE:GREGORIAN',
        'METHOD:PUBLISH',
        f'X-WR-CALNAME:{_text(name)}',
        *(line for event in events for line in _event(event)),
        'END:VCALENDAR',
    ]
    return ''.join(f'{_folded(line)}\r\n' for line in lines)


def _event(event: Event) -> Iterator[str]:
    yield 'BEGIN:VEVENT'
    yield f'UID:{_text(event.uid)}'
    yield f'SEQUENCE:{event.version}'
    yield f'DTSTAMP:{_moment(event.changed_at)}'
    yield f'DTSTART:{_moment(event.starts_at)}'
    yield f'DTEND:{_moment(event.ends_at)}'
    yield f'SUMMARY:{_text(event.title)}'
    if event.words:
        yield f'DESCRIPTION:{_text(event.words)}'
    if event.place:
        yield f'LOCATION:{_text(event.place)}'
    yield f'STATUS:{"CANCELLED" if event.cancelled else "CONFIRMED"}'
    yield 'END:VEVENT'


def _moment(at: datetime) -> str:
    return f'{at.astimezone(UTC):%Y%m%dT%H%M%SZ}'


def _text(words: str) -> str:
    """Signs that mean something in the standard are escaped; others that cannot be printed are left out."""
    return ''.join(sign for sign in words if sign == '\n' or sign.isprintable()).translate(_ESCAPED)


def _folded(line: str) -> str:
    """Never more octets in a line than allowed, and no character cut in two."""
    parts, part, size = [], '', 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > _LONGEST:
            parts.append(part)
            part, size = '', 1  # the space that begins what is folded
        part, size = part + sign, size + octets
    return '\r\n '.join([*parts, part])
