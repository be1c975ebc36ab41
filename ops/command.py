"""What the operator's commands have in common: which deployment they work on, and how they fail."""

import argparse
import logging
import os
import sys
from collections.abc import Iterable

from chalicelib import settings
from chalicelib.alliance import actions


def parser(command: str, description: str | None) -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog=f'python -m ops.{command}', description=description, allow_abbrev=False)
    made.add_argument('--stage', required=True, help='the deployment to work on, as in WEILIN_STAGE: local, test, prod')
    return made


def use(stage: str) -> None:
    """Work on this deployment from here on; the region, the credentials and a local AWS come from the environment."""
    os.environ['WEILIN_STAGE'] = stage
    actions.forget()


def quiet() -> None:
    """No log lines among what is printed: the command says itself what went wrong."""
    logging.getLogger('weilin').addHandler(logging.NullHandler())


def refuse(problems: Iterable[str]) -> int:
    """Say what is wrong, one line each; the exit status of a command that has done nothing."""
    for problem in problems:
        print(problem, file=sys.stderr)
    return 2


def unknown_units(unit_ids: Iterable[str]) -> list[str]:
    return [f'--unit: there is no unit {unit_id}' for unit_id in unit_ids if actions.unit(unit_id) is None]


def unit_names(unit_ids: Iterable[str]) -> str:
    units = [(unit_id, actions.unit(unit_id)) for unit_id in unit_ids]
    return '、'.join(f'{unit.name} ({unit_id})' if unit else unit_id for unit_id, unit in units) or 'no unit'


def without_bucket() -> list[str]:
    """What to say where files are needed and nobody has said where they are."""
    try:
        settings.media_bucket()
    except KeyError:
        return ['WEILIN_MEDIA_BUCKET: not set; it names the bucket of photos, voice and video; ops.deploy has said it']
    return []


def confirmed(question: str, word: str = 'yes') -> bool:
    """Ask whoever sits there for this word; nobody there, or any other, is no."""
    try:
        return input(f'{question} Type {word}: ').strip() == word
    except EOFError:
        return False
