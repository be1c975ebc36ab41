"""Random histories of the small world: what may happen next, and what has to be true after each step."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from botocore.client import BaseClient
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from chalicelib.deadlines import jobs, rules
from chalicelib.deadlines.records import Deadline
from tests.conftest import NOW
from tests.deadlines.histories import World
from tests.deadlines.processes import Killed, silence
from tests.memory_store import Memory

WHAT = some.sampled_from(
    [*['set'] * 4, 'clear', *['run'] * 4, *['goes on'] * 4, *['meets'] * 2, *['clock'] * 2, 'handler', 'lag']
)
IDS = some.sampled_from(['once#a', 'once#b', 'rungs#a', 'rungs#b', 'blind#a', 'blind#b', 'blind#c'])
MINUTES = some.sampled_from([-1, 0, 0, 1, 2, 5, 60])
JUMPS = some.sampled_from([1, 1, 2, 5, 61, 300, -1, -5, -61])
LAGS = some.sampled_from(['', 'Query', 'GetItem'])
HOW = some.sampled_from(['move', 'leave'])
MEETING = some.sampled_from([Killed, silence, silence])
WHICH = some.integers(0, 2)
STEPS = some.sampled_from([100, 100, 0, 1, 2, 3, 5, 8, 13])  # 100: to the end

AT_ONCE = 3  # processes


class Histories(RuleBasedStateMachine):
    memory: Memory | None = None  # the store itself, where it can be looked into
    tally: ClassVar[Counter[str]]
    world: ClassVar[World]

    def __init__(self) -> None:
        super().__init__()
        type(self).world = World(NOW)
        self.tally['histories'] += 1
        if self.memory:
            self.memory.empty()
        else:
            for row in Deadline.scan(consistent_read=True):  # left by a history that failed
                row.delete()

    def begin(self, work: Callable[[], object], steps: int) -> None:
        """Begin something and let it come so far."""
        if len(self.world.processes) < AT_ONCE:
            self.world.begin(work)
            self.goes_on(-1, steps)

    def goes_on(self, which: int, steps: int) -> None:
        process = self.world.processes[which] if self.world.processes else None
        for _ in range(steps):
            if process in self.world.processes:
                self.world.step(process)

    # One rule: of several, Hypothesis would leave out a random part in each history, and little would happen in most.
    @rule(what=WHAT, id=IDS, which=WHICH, steps=STEPS, data=some.data())
    def then(self, what: str, id: str, which: int, steps: int, data: Any) -> None:
        world, processes = self.world, self.world.processes
        if what == 'set':
            due_at, how = world.now + timedelta(minutes=data.draw(MINUTES)), data.draw(HOW)
            self.begin(lambda: world.set(id, due_at, how), steps)
        elif what == 'clear':
            self.begin(lambda: world.clear(id), steps)
        elif what == 'run':
            self.begin(world.run, steps)
        elif what == 'goes on' and processes:
            self.goes_on(which % len(processes), steps)
        elif what == 'meets' and processes:
            meeting = data.draw(MEETING)
            self.tally[meeting.__name__] += 1
            world.step(processes[which % len(processes)], meeting())
        elif what == 'clock':
            world.now += timedelta(minutes=data.draw(JUMPS))
        elif what == 'handler':
            world.broken ^= {id}
        elif what == 'lag' and self.memory:
            self.memory.lags = data.draw(LAGS)

    @invariant()
    def all_is_well(self) -> None:
        assert not self.world.wrong, self.world.wrong
        if self.memory:
            stands = {row.key for row in self.memory.rows(Deadline)}
            assert {key for key in self.world.expected.values() if key} <= stands, 'forgotten'

    def teardown(self) -> None:
        if self.memory:
            self.memory.lags = ''
        self.world.end(lambda: list(Deadline.scan(consistent_read=True)))
        self.tally.update(self.world.tally)


def tell(memory: Memory | None, histories: int, steps: int) -> Counter[str]:
    """Drive so many random histories of at most so many steps; what happened in them."""
    machine = type('Told', (Histories,), {'memory': memory, 'tally': Counter()})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rules, 'SHARDS', 2)  # so few owners need no eight queues
        patch.setattr(jobs.log, 'disabled', True)  # everything fails here, all the time
        patch.setattr(BaseClient, '_make_api_call', _between(machine, memory or BaseClient._make_api_call))
        run_state_machine_as_test(
            machine,
            settings=settings(
                derandomize=True,  # the same histories everywhere: a red run is a change, never luck
                max_examples=histories,
                stateful_step_count=steps,
                phases=[Phase.reuse, Phase.generate, Phase.shrink],
                deadline=None,  # some machines are slow, and a history is long
                suppress_health_check=list(HealthCheck),
            ),
        )
    return machine.tally


def _between(machine: type[Histories], send: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    return lambda client, operation, asked: machine.world.request(lambda: send(client, operation, asked))
