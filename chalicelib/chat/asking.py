"""What a resident types for something of its own, from asking.toml: 「进度」, 「人工」, 「没解决」, 「替家人」."""

import re
import unicodedata
from functools import cache
from pathlib import Path

from chalicelib.chat import danger, reception
from chalicelib.chat.visit import Visit
from chalicelib.inbox.receiving import Answer

_BETWEEN = re.compile(r'[\W_]+')
_ENDING = re.compile(r'[啊呀呢吗嘛吧哦了的哈]+$')


def progress(visit: Visit) -> Answer | None:
    """What is open, who has it, by when; nobody waits for an answer to that."""
    return reception.told_progress(visit) if asks(visit, 'progress') else None


def person(visit: Visit) -> Answer | None:
    """She wants somebody, or is not content: it is on the list again, with a promise from now."""
    if danger.is_open(visit.conversation):
        return None
    asked = next((words for words in ('person', 'unsolved') if asks(visit, words)), None)
    return reception.waits_for_person(visit, asked) if asked else None


def asks(visit: Visit, words: str) -> bool:
    """Her whole message, without signs and without the small words a question ends with."""
    said = _BETWEEN.sub('', unicodedata.normalize('NFKC', visit.text))
    return bool(said) and _ENDING.sub('', said) in _words()[words]


@cache
def _words() -> dict[str, frozenset[str]]:
    import tomllib

    found = tomllib.loads(Path(__file__).with_suffix('.toml').read_text('utf-8'))
    return {name: frozenset(words) for name, words in found.items()}
