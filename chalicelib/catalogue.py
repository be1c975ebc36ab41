"""Words are data: each room says what stands in the words.toml beside it, which is read on first use."""

from functools import cache
from pathlib import Path
from typing import Protocol


class Say(Protocol):
    def __call__(self, name: str, /, **values: object) -> str:
        """The words called `section.name`, with their values filled in."""


def catalogue(module_file: str, name: str = 'words.toml') -> Say:
    """What says the words of the room whose module this is."""

    @cache
    def words() -> dict[str, dict[str, str]]:
        import tomllib

        return tomllib.loads(Path(module_file).with_name(name).read_text('utf-8'))

    def say(words_of: str, /, **values: object) -> str:
        section, _, entry = words_of.partition('.')
        return words()[section][entry].format(**values)

    return say
