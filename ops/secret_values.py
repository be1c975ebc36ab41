"""Secrets an operator hands in: typed without showing them, or from a JSON file; nothing of them is ever printed."""

import getpass
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

Formats = Mapping[str, tuple[str, str]]  # field: what it must look like, and how that is said


class Unfit(Exception):
    """What was given cannot be used; one line for each field."""

    def __init__(self, *problems: str) -> None:
        super().__init__('\n'.join(problems))
        self.problems = problems


def ask(names: Sequence[str], file: Path | None, formats: Formats) -> dict[str, str]:
    """The secret values by name, each of the right form."""
    values = _from_file(file) if file else {name: getpass.getpass(f'{name} (not shown): ').strip() for name in names}
    missing = [f'{name}: missing' for name in names if not values.get(name)]
    asked_for = {name: str(values[name]) for name in names if values.get(name)}
    if found := [*missing, *problems(asked_for, formats)]:
        raise Unfit(*found)
    return asked_for


def problems(fields: Mapping[str, str | None], formats: Formats) -> list[str]:
    """One line for each field that is not as it must be."""
    return [
        f'{name}: {formats[name][1]}'
        for name, value in fields.items()
        if value is not None and not re.fullmatch(formats[name][0], value)
    ]


def _from_file(file: Path) -> dict[str, str]:
    try:
        values = json.loads(file.read_text('utf-8'))
    except OSError as error:
        raise Unfit(f'--secrets-file: {file}: {error.strerror}') from None
    except ValueError:  # the original error would carry the text
        raise Unfit(f'--secrets-file: {file} is not JSON') from None
    if not isinstance(values, dict):
        raise Unfit(f'--secrets-file: {file} is not a JSON object')
    return values
