"""The local AWS: ministack in its own virtual environment and its own process, which ends when this one does."""

import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Self

from local.ports import HOST, listen

ROOT = Path(__file__).parents[1]
PYTHON = ROOT / '.venv-cloud' / 'bin' / 'python'
SERVICES = 'dynamodb,s3,sqs,ssm'
# What a deployed stack stands on besides: for tests of the deployment.
STACK_SERVICES = (
    f'{SERVICES},apigateway,cloudformation,cloudwatch,ec2,events,execute-api,iam,kms,lambda,logs,monitoring,sns,sts,'
    'tagging'
)
START_WITHIN = 30  # seconds
STOP_WITHIN = 15


class CloudFailed(Exception):
    """The local AWS is not installed or did not start; the text says what to do."""


class Cloud:
    """Keeps its state in `folder`, or nowhere if that is None. Port 0 takes a free one.

    `guarded` enforces IAM: a function may do what its role says, as on AWS.
    """

    def __init__(self, folder: Path | None, port: int, services: str = SERVICES, guarded: bool = False) -> None:
        self.port = port
        self._services = services
        self._guarded = guarded
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._temporary = ExitStack()

    @property
    def url(self) -> str:
        return f'http://{HOST}:{self.port}'

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        if not PYTHON.exists():
            raise CloudFailed('The local AWS is not installed yet. Please run: make setup')
        folder = self._folder or Path(self._temporary.enter_context(tempfile.TemporaryDirectory(prefix='weilin-aws-')))
        folder.mkdir(parents=True, exist_ok=True)
        self._log = folder / 'aws.log'
        with listen(self.port, '--aws-port') as socket, self._log.open('wb') as output:
            self.port = socket.getsockname()[1]
            self._process = subprocess.Popen(
                # -I: neither PYTHONPATH nor this folder may lend it the product's modules
                [PYTHON, '-I', ROOT / 'local' / 'cloud_process.py', str(socket.fileno())],
                stdin=subprocess.PIPE,  # its end tells the process that this one is gone, even after a kill -9
                stdout=output,
                stderr=output,
                env=self._environment(folder),
                pass_fds=[socket.fileno()],
                start_new_session=True,  # Ctrl-C is for us: the cloud has to outlive whoever still writes to it
            )
        self._wait()

    def _environment(self, folder: Path) -> dict[str, str]:
        """Nothing of the user's environment goes along: a real AWS profile or proxy has no business here."""
        keep = {name: os.environ[name] for name in ('PATH', 'LANG', 'TZ') if name in os.environ}
        return keep | {
            'BIND_HOST': HOST,
            'GATEWAY_PORT': str(self.port),
            'SERVICES': self._services,
            'AUTH': 'true' if self._guarded else 'false',
            'AWS_ENDPOINT_URL': self.url,  # what the functions it runs call
            'LOG_LEVEL': 'WARNING',
            'PERSIST_STATE': '1' if self._folder else '0',
            'S3_PERSIST': '1' if self._folder else '0',
            'STATE_DIR': str(folder / 'state'),
            'S3_DATA_DIR': str(folder / 's3'),
            'TMPDIR': str(folder),
            'IOT_MTLS_ENABLED': '0',  # it would listen on a port of its own
            'SFTP_ENABLED': '0',
        }

    def _wait(self) -> None:
        # The socket listens already: this one request is answered when the process is ready, and breaks if it dies.
        connection = HTTPConnection(HOST, self.port, timeout=START_WITHIN)
        try:
            connection.request('GET', '/_ministack/health')
            connection.getresponse()
        except (OSError, HTTPException) as error:
            self.stop()
            raise CloudFailed(f'The local AWS did not start; its last words are in {self._log}') from error
        finally:
            connection.close()

    def check(self) -> None:
        """Raise if it has died meanwhile."""
        if self._process and self._process.poll() is not None:
            raise CloudFailed(f'The local AWS has died; its last words are in {self._log}')

    def stop(self) -> None:
        """Ask it to save and end; a process that does not is killed, by its own pid."""
        if self._process:
            assert self._process.stdin
            self._process.stdin.close()
            try:
                self._process.wait(STOP_WITHIN)
            except subprocess.TimeoutExpired:
                print('The local AWS did not end in time and was killed.', file=sys.stderr)
                self._process.kill()
                self._process.wait()
            self._process = None
        self._temporary.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
