"""Runs that overlap anywhere and die anywhere: nobody is told twice without being told so, and nobody is forgotten."""

import os
import random
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from botocore.client import BaseClient

from chalicelib import storage
from chalicelib.alliance import jobs
from chalicelib.alliance.records import Account, Alert, Member, Target, Unit
from chalicelib.deadlines import actions as deadlines
from chalicelib.deadlines.records import Deadline
from tests.alliance.telling import MINUTE, STAFF, World, tally, wander, wire
from tests.conftest import drop_clients, forget
from tests.deadlines.processes import Killed
from tests.memory_store import Memory

HISTORIES = int(os.environ.get('WEILIN_HISTORIES', '100'))
POINTS = 200  # more than a run has


@pytest.fixture
def new_world(environment: pytest.MonkeyPatch, now: datetime) -> Iterator[Callable[[], World]]:
    def new_world() -> World:
        memory = Memory([Deadline, Alert, Target, Unit, Account, Member])
        world = World(memory, now)
        environment.setattr(
            BaseClient, '_make_api_call', lambda *asked: world.request(lambda: memory(*asked)), raising=True
        )
        forget()
        world.furnish()
        wire(environment.setattr, world)
        return world

    yield new_world
    drop_clients()


def go_on(world: World, steps: int = POINTS, which: int = 0) -> bool:
    """Let a process come so far, the oldest if not another one; whether it has come to its end."""
    process = world.processes[which] if world.processes else None
    for _ in range(steps):
        if process not in world.processes:
            return True
        world.step(process)
    return process not in world.processes


def test_two_runs_that_overlap_at_any_point_tell_once(new_world: Callable[[], World]) -> None:
    for steps in range(POINTS):
        world = new_world()
        world.tell()
        world.now += MINUTE
        world.begin(world.run)
        whole = go_on(world, steps)
        world.run()
        go_on(world)
        world.end()
        for member in STAFF:
            assert [told.again for told in world.read('u0', member)] == [False], (steps, member)
        if whole:
            return
    raise AssertionError('the run was not whole')


@pytest.mark.parametrize('box', ('unit.370202013001', 'wechat.wangmin'))
def test_two_deadlines_of_one_box_that_overlap_tell_once(box: str, new_world: Callable[[], World]) -> None:
    """Neither takes the other's away: only the marks of the rows keep the two handlers apart."""
    for steps in range(POINTS):
        world = new_world()
        world.tell()
        if not box.startswith('unit.'):
            (first,) = world.memory.rows(Deadline)
            jobs.alert(first, world.now)
        world.now += MINUTE
        storage.commit(lambda tx, now=world.now: deadlines.set(tx, 'alert', box, now) and None)
        ours = [deadline for deadline in world.memory.rows(Deadline) if deadline.id == box]
        assert len(ours) == 2
        world.begin(lambda deadline=ours[0], now=world.now: jobs.alert(deadline, now))
        whole = go_on(world, steps)
        world.begin(lambda deadline=ours[1], now=world.now: jobs.alert(deadline, now))
        go_on(world, which=-1)
        go_on(world)
        assert len(world.memory.rows(Alert)) <= len(STAFF), steps
        world.end()
        for member in STAFF:
            assert [told.again for told in world.read('u0', member)] == [False], (steps, member)
        if whole:
            return


@pytest.mark.parametrize('channel', ('', 'not sent'))
def test_a_run_killed_at_any_point_is_made_good(channel: str, new_world: Callable[[], World]) -> None:
    repeated = 0
    for steps in range(POINTS):
        world = new_world()
        world.meets['wechat'] = channel
        world.tell()
        world.now += MINUTE
        world.begin(world.run)
        whole = go_on(world, steps)
        if world.processes:
            world.step(world.processes[0], Killed())
        world.end()
        for member in STAFF:
            again = [told.again for told in world.read('u0', member)]
            assert again in ([False], [True], [False, True]), (steps, again)  # [True]: died between state and call
            repeated += len(again) - 1
        if whole:
            assert repeated
            return
    raise AssertionError('the run was not whole')


def test_whatever_happens_nobody_is_forgotten_and_nobody_told_twice(
    new_world: Callable[[], World], caplog: pytest.LogCaptureFixture
) -> None:
    worlds = []
    for seed in range(HISTORIES):
        world = new_world()
        caplog.clear()
        wander(world, random.Random(seed), 60)
        world.end()
        worlds.append(world)
        gave_up = 'an alert has an unknown outcome' in caplog.text
        for about in world.matters:
            for member in STAFF:
                again = [told.again for told in world.read(about, member)]
                assert again.count(False) <= 1, (seed, about, again)
                if about in world.kept - world.closed:
                    assert again or gave_up, (seed, about, 'forgotten')
        assert not world.memory.rows(Alert), seed
    met = {'kill', 'silence', 'unknown', 'overtaken', 'put_off', 'done'}
    assert not met - set(tally(worlds)), 'these histories did not meet what they are for'
