"""A Lambda's first request, as a process: run by `benchmarks.coldstart` and by a test, never imported.

`python -I -S -B first_request.py FOLDER`, an event on standard input. Of this machine it sees the standard library and
the unpacked package, nothing else. It says when it had loaded the app and when it had answered, by the monotonic clock,
which all processes of a machine share; what it answered; and where its modules came from.
"""

import json
import os
import sys
import time
from importlib.machinery import SourceFileLoader
from types import SimpleNamespace
from typing import Any, NoReturn

_CONTEXT = SimpleNamespace(
    aws_request_id='first', function_name='api_handler', get_remaining_time_in_millis=lambda: 29_000
)


def _not_compiled(_: SourceFileLoader, data: bytes, path: str, **__: Any) -> NoReturn:
    raise AssertionError(f'{path} has no bytecode')


def main(folder: str, *options: str) -> None:
    if 'compiled' in options:  # a source without bytecode is an error
        SourceFileLoader.source_to_code = _not_compiled  # type: ignore[assignment]
    event = json.load(sys.stdin)
    os.chdir(folder)
    sys.path.insert(0, folder)
    started = time.monotonic()
    from app import app

    imported = time.monotonic()
    answer: Any = app(event, _CONTEXT)
    answered = time.monotonic()
    files = {name: file for name, module in sys.modules.items() if (file := getattr(module, '__file__', None))}
    said = {'started': started, 'imported': imported, 'answered': answered, 'answer': answer, 'files': files}
    print(json.dumps(said))


main(*sys.argv[1:])
