"""This room's catalogue of words, read from words.toml on first use."""

from functools import cache
from pathlib import Path


@cache
def _catalogue() -> dict[str, dict[str, str]]:
    import tomllib

    return tomllib.loads(Path(__file__).with_name('words.toml').read_text('utf-8'))


def say(name: str, /, **values: str) -> str:
    """The words called `section.name`, with their values filled in."""
    section, _, entry = name.partition('.')
    return _catalogue()[section][entry].format(**values)
