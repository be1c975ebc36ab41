"""What a resident says about bookings: her whole message as a word of chat_heard.toml, or a number of a booking. Pure.

It is asked at every text message, so nothing is looked up here.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

_BETWEEN = re.compile(r'[\W_]+')
_NUMBER = re.compile(r'([^\W\da-z]+)([0-9a-z]{7,9})')
_WITH_NUMBER = {'加入': 'join', '同意': 'agree', '不要': 'decline'}
_LONGEST = 12  # characters; nothing of ours is longer


def plain(text: str) -> str:
    """Without signs and spaces, ＫＭ and km alike."""
    return _BETWEEN.sub('', unicodedata.normalize('NFKC', text)).lower()


def word(said: str) -> str:
    """start, mine or not_me; rated; '' for anything else."""
    if said in heard()['ratings']:
        return 'rated'
    return next((name for name in ('start', 'mine', 'not_me') if said in heard()[name]), '')


def numbered(said: str) -> tuple[str, str] | None:
    """「加入 k7m2 q9xa」: what is to be done, and with which booking."""
    match = _NUMBER.fullmatch(said)
    if match is None or match[1] not in _WITH_NUMBER:
        return None
    return _WITH_NUMBER[match[1]], match[2].upper()


def service(said: str) -> str:
    """What may be the name of a service: only then is the catalogue worth a look; '' where it cannot be one."""
    if not 1 < len(said) <= _LONGEST:
        return ''
    for before in heard()['before']:
        if said.startswith(before) and len(said) > len(before) + 1:
            return said.removeprefix(before)
    return said if said in heard()['alone'] or said.endswith(tuple(heard()['endings'])) else ''


def may_be_part(said: str) -> bool:
    """Whether part of a name is enough: she has said that she wants to book, or the word says it by itself."""
    return said in heard()['alone'] or said.startswith(tuple(heard()['before']))


def rating(said: str) -> int:
    return int(heard()['ratings'][said])


def leaves(said: str) -> bool:
    return said == '0' or said in heard()['leave']


def agrees(said: str) -> bool:
    return said == '1' or said in heard()['yes']


@cache
def heard() -> dict[str, Any]:
    import tomllib

    return tomllib.loads(Path(__file__).with_suffix('.toml').read_text('utf-8'))
