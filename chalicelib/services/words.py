"""The sentences of this room; they stand in words.toml."""

from chalicelib.catalogue import catalogue
from chalicelib.services.problems import Problem

say = catalogue(__file__)


def chinese(problem: Problem) -> str:
    """For the field it stands at."""
    return say(f'chinese.{problem.why}', **dict(problem.values)) + '。'


def english(problem: Problem) -> str:
    """For the operator: names the entry and its field."""
    return f'{problem.of}: {problem.field}: ' + say(f'english.{problem.why}', **dict(problem.values))
