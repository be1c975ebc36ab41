"""The local AWS as a process: it keeps what it is given, and ends with whoever started it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.session import Session

from local.cloud import ROOT, Cloud, CloudFailed
from local.ports import HOST, PortInUse, listen


def ssm(cloud: Cloud) -> Any:
    return Session().create_client(
        'ssm', 'cn-north-1', endpoint_url=cloud.url, aws_access_key_id='test', aws_secret_access_key='test'
    )


def put(cloud: Cloud, value: str) -> None:
    ssm(cloud).put_parameter(Name='/kept', Value=value, Type='SecureString', Overwrite=True)


def get(cloud: Cloud) -> str:
    return ssm(cloud).get_parameter(Name='/kept', WithDecryption=True)['Parameter']['Value']


def until(reached: Callable[[], bool], seconds: float = 10) -> None:
    ends = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < ends, 'it did not come to pass in time'
        time.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        return 'State:\tZ' not in Path(f'/proc/{pid}/status').read_text()
    except FileNotFoundError:
        return False


def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    with Cloud(tmp_path, 0) as cloud:
        put(cloud, 'a secret')
    with Cloud(tmp_path, 0) as cloud:
        assert get(cloud) == 'a secret'


def test_a_kill_costs_a_few_seconds_at_most(tmp_path: Path) -> None:
    saved = tmp_path / 'state' / 'ssm.json'
    with Cloud(tmp_path, 0) as cloud:
        put(cloud, 'before the kill')
        until(lambda: saved.exists() and 'before the kill' in saved.read_text(), 5)
        assert cloud.pid
        os.kill(cloud.pid, signal.SIGKILL)
        with pytest.raises(CloudFailed, match='died'):
            until(lambda: bool(cloud.check()))
    with Cloud(tmp_path, 0) as cloud:
        assert get(cloud) == 'before the kill'


def test_it_ends_when_the_process_that_started_it_is_killed(tmp_path: Path) -> None:
    starter = subprocess.Popen(
        [
            sys.executable,
            '-c',
            'import sys; from pathlib import Path; from local.cloud import Cloud\n'
            'cloud = Cloud(Path(sys.argv[1]), 0); cloud.start(); print(cloud.pid, flush=True); sys.stdin.read()',
            tmp_path,
        ],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert starter.stdout
    cloud = int(starter.stdout.readline())
    assert alive(cloud)
    starter.kill()
    starter.communicate()
    until(lambda: not alive(cloud))


def test_a_port_in_use_is_named_with_the_option_that_changes_it(tmp_path: Path) -> None:
    with listen(0, '--anything') as other:
        port = other.getsockname()[1]
        with pytest.raises(PortInUse, match=rf'{port}.*--aws-port'):
            Cloud(tmp_path, port).start()


def test_it_is_reachable_from_this_machine_only(tmp_path: Path) -> None:
    with Cloud(tmp_path, 0) as cloud:
        listening = [line.split()[1] for line in Path('/proc/net/tcp').read_text().splitlines() if ' 0A ' in line]
        assert f'{int.from_bytes(socket.inet_aton(HOST), "little"):08X}:{cloud.port:04X}' in listening
        assert f'00000000:{cloud.port:04X}' not in listening


def test_nothing_of_the_users_environment_goes_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('AWS_PROFILE', 'the-real-one')
    monkeypatch.setenv('PYTHONPATH', str(ROOT))
    with Cloud(tmp_path, 0) as cloud:
        environment = Path(f'/proc/{cloud.pid}/environ').read_text()
    assert 'the-real-one' not in environment
    assert 'PYTHONPATH' not in environment
