"""The local product in a process of its own, so that what measures it does not share its interpreter."""

import argparse
import json
import logging
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
END_WITHIN = 60  # seconds
_TICKS = os.sysconf('SC_CLK_TCK')


@dataclass
class Running:
    """A product that answers; `environment` lets this process reach the same store and the same stand-in WeChat."""

    process: subprocess.Popen[str]
    url: str
    aws_pid: int
    environment: dict[str, str]
    log: Path

    def requests(self) -> dict[str, Counter[str]]:
        """Requests to DynamoDB so far, by who sent them ('door' or 'worker') and operation."""
        return {who: Counter(counts) for who, counts in self._ask('requests').items()}

    def complaints(self) -> Counter[str]:
        """What the product has logged as warning or error, without the values."""
        said = (line.split(' ', 2) for line in self.log.read_text().splitlines())
        # Traceback lines belong to the sentence above them.
        return Counter(
            ' '.join(word for word in parts[2].split() if '=' not in word)
            for parts in said
            if parts[0] in ('WARNING', 'ERROR', 'CRITICAL') and len(parts) == 3
        )

    def cpu_seconds(self) -> dict[str, float]:
        """CPU time used so far by the product, by its local AWS and by this process."""
        return {'product': _cpu(self.process.pid), 'store': _cpu(self.aws_pid), 'senders': _cpu(os.getpid())}

    def _ask(self, what: str) -> Any:
        assert self.process.stdin
        print(what, file=self.process.stdin, flush=True)
        return _line(self.process)


@contextmanager
def running(saving: bool = True) -> Iterator[Running]:
    """Start it in a temporary folder, and end it. Without `saving` the local AWS writes nothing down."""
    with tempfile.TemporaryDirectory(prefix='weilin-bench-') as folder:
        log = Path(folder) / 'product.log'
        command = [sys.executable, '-m', 'benchmarks.running', folder, *([] if saving else ['--no-saving'])]
        with (
            log.open('w') as errors,
            subprocess.Popen(
                command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
            ) as process,
        ):
            try:
                ready = _line(process)
                os.environ.update(ready['environment'])
                yield Running(process, log=log, **ready)
            except _Ended:
                sys.exit(f'The product has ended too early:\n{log.read_text()[-3000:]}')
            finally:
                _end(process)


class _Ended(Exception):
    """The product's process is gone."""


def _end(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.close()
    try:
        process.wait(END_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()


def _line(process: subprocess.Popen[str]) -> Any:
    assert process.stdout
    line = process.stdout.readline()
    if not line:
        raise _Ended
    return json.loads(line)


def _cpu(pid: int) -> float:
    fields = Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


# The other side: the process that is measured.


def _serve(folder: Path, saving: bool) -> None:
    from local.cloud import Cloud
    from local.product import Product

    logging.basicConfig(level=logging.WARNING, format='%(levelname)s %(name)s %(message)s')
    product = Product(folder / 'data')
    if not saving:
        product.cloud = Cloud(None, 0)
    with product:
        sent = _count_requests()
        ours = {name: value for name, value in os.environ.items() if name.startswith(('WEILIN_', 'AWS_'))}
        _say({'url': product.url, 'aws_pid': product.cloud.pid, 'environment': ours})
        for _ in sys.stdin:
            _say(sent)


def _say(value: Any) -> None:
    print(json.dumps(value), flush=True)


def _count_requests() -> dict[str, Counter[str]]:
    from benchmarks import counting

    sent = {who: Counter[str]() for who in ('door', 'worker', 'bench')}

    def count(call: counting.Call) -> None:
        sent[call.who][call.operation + ('' if call.accepted else ' refused')] += 1

    counting.listen(count)
    return sent


if __name__ == '__main__':
    parser = argparse.ArgumentParser(prog='python -m benchmarks.running', description=__doc__)
    parser.add_argument('folder', type=Path)
    parser.add_argument('--no-saving', dest='saving', action='store_false')
    options = parser.parse_args()
    _serve(options.folder, options.saving)
