"""`make run` from outside and from within: the whole product started on this machine, used, ended, started again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest

from chalicelib import clock
from local.alliance import XIANYOU
from local.cloud import ROOT
from local.ports import PortInUse, listen
from local.product import InUse, Product

HELLO = '您好，楼下的路灯坏了'


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    with Product(tmp_path) as product:
        yield product


def said(product: Product) -> list[str]:
    return [line.text for line in product.world.chat('zhang', XIANYOU)]


def test_a_second_run_finds_what_was_said_in_the_first(tmp_path: Path) -> None:
    with Product(tmp_path) as first:
        first.world.send_text('zhang', XIANYOU, HELLO)
        first.world.wait_idle(10)
        before = said(first)
        assert before[0] == HELLO
        assert len(before) == 2  # it was answered in the same five seconds
    with Product(tmp_path) as second:
        assert said(second) == before
        with urlopen(f'{second.url}/login') as page:
            assert page.status == 200


def test_the_moved_clock_is_remembered_by_the_data_and_not_by_the_process(tmp_path: Path) -> None:
    with Product(tmp_path) as product:
        product.world.move(timedelta(days=3))
        moved = clock.now()
    assert clock.now() < moved - timedelta(days=2)
    with Product(tmp_path):
        assert clock.now() >= moved
    assert clock.now() < moved - timedelta(days=2)


def test_a_real_aws_account_is_out_of_reach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('AWS_PROFILE', 'production')
    monkeypatch.setenv('AWS_SESSION_TOKEN', 'real')
    before = dict(os.environ)
    with Product(tmp_path):
        assert 'AWS_PROFILE' not in os.environ
        assert 'AWS_SESSION_TOKEN' not in os.environ
    assert dict(os.environ) == before


def test_two_runs_do_not_share_a_folder(product: Product, tmp_path: Path) -> None:
    with pytest.raises(InUse, match='--data'):
        Product(tmp_path).start()


@pytest.mark.parametrize(('option', 'place'), (('--port', 0), ('--phones-port', 1), ('--aws-port', 2)))
def test_a_port_in_use_is_named(tmp_path: Path, option: str, place: int) -> None:
    with listen(0, '') as other:
        ports = [0, 0, 0]
        ports[place] = other.getsockname()[1]
        with pytest.raises(PortInUse, match=option):
            Product(tmp_path, *ports).start()


def test_a_start_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched, listen(0, '') as free:
        patched.setattr('local.queues.pumps', lambda app: 1 / 0)  # the last step of all
        port = free.getsockname()[1]
        free.close()
        with pytest.raises(ZeroDivisionError):
            Product(tmp_path, port).start()
    with Product(tmp_path, port):  # neither the folder nor the port is held
        pass


@pytest.mark.parametrize('told', (signal.SIGINT, signal.SIGTERM))
def test_the_command_says_where_to_look_and_ends_when_told(tmp_path: Path, told: signal.Signals) -> None:
    command = [sys.executable, '-m', 'local.serve', '--port', '0', '--phones-port', '0', '--aws-port', '0']
    with subprocess.Popen(
        [*command, '--data', tmp_path], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        assert running.stdout
        words = ''
        while 'Ctrl-C' not in words:
            line = running.stdout.readline()
            assert line, words
            words += line
        assert 'http://127.0.0.1:' in words
        assert '王敏' in words
        began = time.monotonic()
        running.send_signal(told)
        rest, _ = running.communicate(timeout=15)
    assert running.returncode == 0, rest
    assert 'everything is kept' in rest
    assert 'Traceback' not in rest
    assert time.monotonic() - began < 5
