"""Where the time of one callback goes: safe-mode texts through the Lambda handler, under Python's profiler.

The callbacks run one after the other in this thread, as a warm Lambda runs them: an API Gateway event in, a response
out, ministack behind. First without the profiler, for the wall and CPU time of this thread; then with it, where only
the shares mean something, for it slows Python's own functions down and not those in C.
"""

import argparse
import cProfile
import pstats
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from chalice.test import Client

from benchmarks import report
from benchmarks.letters import Desk
from chalicelib import clock
from local.product import Product
from local.standin import wire

XML = {'Content-Type': 'text/xml'}
PACKAGES = ('botocore', 'pynamodb', 'urllib3', 'chalice', 'chalicelib', 'cryptography', 'dateutil', 'defusedxml')

MOST = 200  # functions kept

Post = tuple[str, bytes]


def main() -> None:
    options = _options()
    taken = report.conditions()
    with tempfile.TemporaryDirectory(prefix='weilin-bench-') as folder, Product(Path(folder)):
        figures = _measured(options.callbacks, options.kind)
    _show(figures, options, taken)
    report.write(options.json, 'hotspots', figures | {'callbacks': options.callbacks, 'kind': options.kind}, taken)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog='python -m benchmarks.hotspots', description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('--callbacks', type=int, default=300, help='in each half (default: 300)')
    parser.add_argument('--kind', default='text', choices=['text', 'image', 'voice', 'location', 'event'])
    parser.add_argument('--top', type=int, default=30, help='so many functions are listed (default: 30)')
    report.add_json_option(parser)
    return parser.parse_args()


def _measured(count: int, kind: str) -> dict[str, Any]:
    from app import app

    posts = _posts(kind)
    with Client(app) as client:
        _deliver(client, [next(posts) for _ in range(100)])
        plain = [next(posts) for _ in range(count)]
        wall, cpu = time.perf_counter(), time.thread_time()
        _deliver(client, plain)
        wall, cpu = time.perf_counter() - wall, time.thread_time() - cpu
        profiled = [next(posts) for _ in range(count)]
        profiler = cProfile.Profile()
        profiler.enable()
        _deliver(client, profiled)
        profiler.disable()
    return {
        'wall_ms': wall * 1000 / count,
        'cpu_ms': cpu * 1000 / count,
        **_shares(pstats.Stats(profiler), count),
    }


def _posts(kind: str) -> Iterator[Post]:
    """Sealed on the way in, as WeChat does; outside of every stopwatch."""
    desk = Desk(accounts=4, residents=50, only=kind, seed=1)
    while True:
        letter = desk.letter(clock.now())
        query, body = wire.post(letter.account, letter.openid, letter.message, clock.now())
        yield f'/wechat/{letter.account.id}?{urlencode(query)}', body


def _deliver(client: Client, posts: list[Post]) -> None:
    for path, body in posts:
        response = client.http.post(path, body=body, headers=XML)
        assert response.status_code == 200, response.status_code


def _shares(stats: pstats.Stats, count: int) -> dict[str, Any]:
    """Milliseconds a callback: by package for what its functions did themselves, and of single functions in all."""
    own: Counter[str] = Counter()
    functions: list[tuple[str, float, float, float]] = []
    for (path, _, name), (_, calls, itself, whole, _) in stats.stats.items():  # type: ignore[attr-defined]
        package = _package(path)
        own[package] += itself * 1000 / count
        functions.append(
            (f'{package}:{Path(path).stem}.{name}', calls / count, itself * 1000 / count, whole * 1000 / count)
        )
    return {
        'by_package': dict(own.most_common(14)),
        'by_whole': sorted(functions, key=lambda one: -one[3])[:MOST],
        'by_itself': sorted(functions, key=lambda one: -one[2])[:MOST],
    }


def _package(path: str) -> str:
    parts = Path(path).parts
    return next((name for name in PACKAGES if name in parts), 'built in C' if path == '~' else 'Python and others')


def _show(figures: dict[str, Any], options: argparse.Namespace, taken: dict[str, Any]) -> None:
    print(
        f'{options.callbacks} {options.kind} callbacks, one after the other: {figures["wall_ms"]:.2f} ms each,'
        f' {figures["cpu_ms"]:.2f} ms of it this thread on the CPU;'
        f' load average before {taken["load_average"][0]}, commit {taken["commit"]}'
    )
    report.show('with the profiler, by package', ('package', 'ms a callback'), list(figures['by_package'].items()))
    head = ('function', 'calls', 'ms itself', 'ms in all')
    for order in ('by_whole', 'by_itself'):
        report.show(order.replace('_', ' '), head, figures[order][: options.top])


if __name__ == '__main__':
    main()
