"""A value is loaded once a minute, and an old one is better than none."""

import logging

import pytest

from chalicelib.alliance.cached import Cached


class Source:
    """Something to load from, that can be switched off."""

    def __init__(self):
        self.value, self.loads, self.away = 'first', 0, False

    def __call__(self):
        self.loads += 1
        if self.away:
            raise ConnectionError('the store is away: secret words')
        return self.value


class Clock:
    def __init__(self):
        self.seconds = 1000.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def source():
    return Source()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def cached(source, clock):
    return Cached('units', source, 60, monotonic=clock)


def test_nothing_is_loaded_before_it_is_asked_for(cached, source):
    assert source.loads == 0


def test_a_value_is_kept_for_its_time_and_then_loaded_again(cached, source, clock):
    assert cached() == 'first'
    source.value = 'second'
    clock.seconds += 59.9
    assert (cached(), source.loads) == ('first', 1)
    clock.seconds += 0.1
    assert (cached(), source.loads) == ('second', 2)


def test_an_empty_value_is_a_value(source, clock):
    cached = Cached('units', lambda: source() and {}, 60, monotonic=clock)
    assert (cached(), cached(), source.loads) == ({}, {}, 1)


def test_while_the_source_fails_the_old_value_serves_and_the_log_says_so(cached, source, clock, caplog):
    cached()
    source.away = True
    clock.seconds += 60
    with caplog.at_level(logging.WARNING, 'weilin'):
        assert cached() == 'first'
    assert 'kept=units' in caplog.text
    assert 'secret words' not in caplog.text


def test_a_failed_source_is_not_asked_again_at_every_question(cached, source, clock):
    cached()
    source.away = True
    clock.seconds += 60
    for _ in range(10):
        cached()
    assert source.loads == 2
    source.away, source.value = False, 'second'
    clock.seconds += 5
    assert cached() == 'second'


def test_a_first_failure_is_raised_and_the_next_question_tries_again(cached, source):
    source.away = True
    for _ in range(2):
        with pytest.raises(ConnectionError):
            cached()
    source.away = False
    assert (cached(), source.loads) == ('first', 3)


def test_forgetting_loads_again(cached, source):
    cached()
    source.value = 'second'
    cached.forget()
    assert cached() == 'second'
