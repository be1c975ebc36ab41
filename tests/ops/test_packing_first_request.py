"""The package is whole: unpacked, read-only and alone, it answers a resident."""

import json
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest

from benchmarks.coldstart import event, first_request
from local.cloud import Cloud
from ops.packing import slimming
from tests import conftest as shared
from tests import packed
from tests.door import Door


@pytest.fixture
def store(environment: pytest.MonkeyPatch) -> Iterator[None]:
    """The local AWS: another process than this one is to reach it."""
    with Cloud(None, 0) as cloud:
        environment.setenv('WEILIN_AWS_ENDPOINT', cloud.url)
        shared.furnish(environment)
        yield
        shared.forget()


class Taken:
    """Takes the event that a request of WeChat's becomes, instead of answering."""

    def __init__(self) -> None:
        self.http, self.event = self, None

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> None:
        from app import app

        self.event: Any = event(app, url, body)


@pytest.fixture(scope='module')
def task(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as Lambda unpacks it: nobody may write."""
    folder = tmp_path_factory.mktemp('package') / 'task'
    packed.code().extractall(folder)
    for path in (folder, *folder.rglob('*')):
        path.chmod(0o555 if path.is_dir() else 0o444)
    return folder


def strangers(files: dict[str, str], folder: Path) -> dict[str, str]:
    """Modules from neither the package nor the standard library."""
    standard = sysconfig.get_paths()['stdlib']
    return {
        name: file
        for name, file in files.items()
        if (not file.startswith((str(folder), standard)) and name != '__main__') or 'site-packages' in file
    }


def test_every_module_of_ours_finds_what_it_imports(task: Path) -> None:
    """Also what only the workers and the pages load; Jinja2 is the one they import within a function."""
    ours = sorted(name.removesuffix('.py').replace('/', '.') for name in packed.code().namelist()
                  if name.startswith('chalicelib/') and name.endswith('.py'))  # fmt: skip
    script = (
        f'import sys, json, importlib; sys.path.insert(0, {str(task)!r}); import app, jinja2\n'
        f'for name in {ours}: importlib.import_module(name.removesuffix(".__init__"))\n'
        'print(json.dumps({name: file for name, module in sys.modules.items()'
        ' if (file := getattr(module, "__file__", None))}))'
    )
    done = subprocess.run([sys.executable, '-I', '-S', '-B', '-c', script], capture_output=True, text=True, cwd='/')
    assert done.returncode == 0, done.stderr
    files = json.loads(done.stdout)
    assert strangers(files, task) == {}
    assert {'wechatpy', 'requests', 'jinja2', 'chalicelib.inbox.sending'} <= files.keys()


# The simplest call of each service.
CALLS = {
    'dynamodb': 'list_tables', 's3': 'list_buckets', 'sns': 'list_topics', 'sqs': 'list_queues',
    'ssm': 'describe_parameters',
}  # fmt: skip
CALLING = """
import json, sys
sys.path.insert(0, sys.argv[1])
from botocore.session import Session

class Sent(Exception):
    pass

def send(request, **_):
    raise Sent(request.url)

session = Session()
session.set_credentials('test', 'test')
session.register('before-send', send)
for service, call in json.loads(sys.argv[2]).items():
    for region in ('cn-north-1', 'ap-southeast-1'):
        try:
            getattr(session.create_client(service, region), call)()
        except Sent as sent:
            print(sent)
"""


def test_what_is_left_of_botocores_descriptions_is_enough_to_call(task: Path) -> None:
    assert CALLS.keys() == slimming.SERVICES
    done = subprocess.run(
        [sys.executable, '-I', '-S', '-B', '-c', CALLING, task, json.dumps(CALLS)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    hosts = {urlsplit(url).hostname for url in done.stdout.split()}
    regional = ('cn-north-1.amazonaws.com.cn', 'ap-southeast-1.amazonaws.com')
    assert hosts == {f'{service}.{region}' for service in CALLS for region in regional}


@pytest.mark.usefixtures('alliance')
def test_a_read_only_folder_answers_from_itself_alone(task: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in task.rglob('*')}
    taken: Any = Taken()
    door = Door(taken, datetime.now(UTC))
    door.post(door.xml('text', Content='楼道灯不亮'))
    said = first_request(task, taken.event, 'compiled')
    answer = said['answer']
    words = door.words(SimpleNamespace(status_code=answer['statusCode'], body=answer['body'].encode()))
    assert '仙游路社区' in words
    assert strangers(said['files'], task) == {}
    for name in ('app', 'chalicelib.chat.callback', 'chalice', 'pynamodb', 'botocore', 'cryptography'):
        assert said['files'][name].startswith(str(task)), name
    assert {path: path.stat().st_mtime_ns for path in task.rglob('*')} == before
