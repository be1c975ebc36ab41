"""Thousands of random histories: nothing is forgotten, nothing is done twice, nothing is done before its time."""

import os

from tests.deadlines.machine import tell
from tests.memory_store import Memory

# `WEILIN_HISTORIES=50000 make test ARGS=tests/deadlines` looks harder.
HISTORIES = int(os.environ.get('WEILIN_HISTORIES', '1000'))


def test_state_moves_exactly_once_whatever_happens(memory: Memory) -> None:
    tally = tell(memory, HISTORIES, steps=25)
    met = {'fired', 'overtaken', 'put_off', 'dropped', 'doubted', 'Killed', 'silence', 'Conflict', 'Unavailable'}
    assert not met - set(tally), f'these histories did not meet what they are for: {tally}'
