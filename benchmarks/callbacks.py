"""WeChat's callback under parallel senders: time to answer, throughput, and what is lost or doubled.

Measured is the local product as `make run` starts it, in a process of its own: the Chalice app behind Chalice's local
gateway (threads of one Python, where AWS has one Lambda each), the queue workers beside it in the same process, and
ministack as the store, which writes its state down every two seconds. The senders are threads of this process. They
seal outside of the stopwatch, and each waits for its answer before it sends the next (a closed loop: so many are in
flight, never more; under more pressure it would send less, not wait longer). Sender, product and store share this
machine's processors, so the figures say how the code behaves when it is crowded, not how fast AWS would be.

After the load the store is read: every message answered 200 must be there once, with its conversation and the very
answer that was given; what was refused must have been delivered again until 200; every repetition must have been told
the same. The exit status says whether that is so.
"""

import argparse
import sys
from collections import Counter
from typing import Any

from benchmarks import report
from benchmarks.letters import MIX, Desk, Letter
from benchmarks.running import Running, running
from benchmarks.senders import Load
from benchmarks.verifying import Verdict, verify

HEAD = ('milliseconds', 'deliveries', 'p50', 'p99', 'max')


def main() -> None:
    options = _options()
    taken = report.conditions()
    with running(options.saving) as product:
        desk = Desk(options.accounts, options.residents, options.only, options.seed)
        load = Load(product.url, desk, options.senders, options.seconds)
        warming = load.warm_up()
        figures = _measured(product, load)
        verdict = verify([*warming, *load.letters])
    _show(options, taken, figures, verdict)
    report.write(options.json, 'callbacks', figures | {'verdict': vars(verdict), 'options': _said(options)}, taken)
    sys.exit('The store does not hold what was answered.' if verdict.faults else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog='python -m benchmarks.callbacks', description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('--seconds', type=_between(1, 600), default=60, help='how long (default: 60)')
    parser.add_argument('--senders', type=_between(1, 64), default=8, help='deliveries in flight (default: 8)')
    parser.add_argument('--residents', type=_between(1, 100_000), default=400, help='who writes (default: 400)')
    parser.add_argument('--accounts', type=_between(1, 60), default=8, help='to so many accounts (default: 8)')
    parser.add_argument('--only', choices=MIX, help='only this kind instead of the mix')
    parser.add_argument('--no-saving', dest='saving', action='store_false', help='the store writes nothing to disk')
    parser.add_argument('--seed', type=int, default=1, help='of the mix (default: 1)')
    report.add_json_option(parser)
    return parser.parse_args()


def _between(least: int, most: int) -> Any:
    def number(text: str) -> int:
        value = int(text)
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f'from {least} to {most}')
        return value

    return number


def _said(options: argparse.Namespace) -> dict[str, Any]:
    return {name: value for name, value in vars(options).items() if name != 'json'}


def _measured(product: Running, load: Load) -> dict[str, Any]:
    cpu, requests = product.cpu_seconds(), product.requests()
    load.run()
    used = {who: seconds - cpu[who] for who, seconds in product.cpu_seconds().items()}
    sent = {who: counts - requests[who] for who, counts in product.requests().items()}
    deliveries = [delivery for letter in load.letters for delivery in letter.deliveries]
    return {
        'deliveries': len(deliveries),
        'per_second': len(deliveries) / load.took,
        'statuses': Counter(str(delivery.status) for delivery in deliveries),
        'milliseconds': _times(load.letters),
        'cpu_milliseconds': {who: seconds * 1000 / len(deliveries) for who, seconds in used.items()},
        'requests': {'door': sent['door'], 'worker': sent['worker']},
        'complaints': product.complaints(),
    }


def _times(letters: list[Letter]) -> dict[str, dict[str, float]]:
    """By kind of a letter's first delivery, then of all repetitions, then of everything."""
    groups: dict[str, list[float]] = {kind: [] for kind in (*MIX, 'delivered again', 'all')}
    for letter in letters:
        ordered = sorted(letter.deliveries, key=lambda delivery: delivery.began)
        groups[letter.kind].append(ordered[0].seconds)
        groups['delivered again'] += [delivery.seconds for delivery in ordered[1:]]
        groups['all'] += [delivery.seconds for delivery in ordered]
    return {name: _spread([value * 1000 for value in values]) for name, values in groups.items() if values}


def _spread(values: list[float]) -> dict[str, float]:
    return {
        'count': len(values),
        'p50': report.percentile(values, 0.5),
        'p99': report.percentile(values, 0.99),
        'max': max(values),
    }


def _show(options: argparse.Namespace, taken: dict[str, Any], figures: dict[str, Any], verdict: Verdict) -> None:
    print(
        f'{options.senders} senders for {options.seconds} s, {options.residents} residents of {options.accounts}'
        f' accounts, load average before {taken["load_average"][0]}, commit {taken["commit"]}'
    )
    each, times = figures['deliveries'], figures['milliseconds']
    report.show(
        f'{figures["per_second"]:.1f} a second', HEAD, [(name, *spread.values()) for name, spread in times.items()]
    )
    report.show('answers', ('status', 'deliveries'), sorted(figures['statuses'].items()))
    report.show('CPU', ('process', 'ms a delivery'), list(figures['cpu_milliseconds'].items()))
    requests = [(who, *sent) for who, counts in figures['requests'].items() for sent in counts.items()]
    report.show(
        'requests to DynamoDB', ('by', 'operation', 'count', 'a delivery'), [(*row, row[-1] / each) for row in requests]
    )
    report.show('the store afterwards', ('', 'count'), _verdict(verdict))
    if figures['complaints']:
        report.show('the product complained', ('sentence', 'times'), figures['complaints'].most_common(12))


def _verdict(verdict: Verdict) -> list[tuple[str, int]]:
    lost = sum(count for fault, count in verdict.faults.items() if fault.startswith(('lost', 'never')))
    doubled = sum(count for fault, count in verdict.faults.items() if fault.startswith('doubled'))
    media = [(f'media {state}', count) for state, count in sorted(verdict.media.items())]
    return [
        ('different messages sent', verdict.letters), ('messages stored', verdict.stored),
        ('of them answered 200 more than once', verdict.repeated), ('refused or unanswered at first', verdict.refused),
        *media, ('lost', lost), ('doubled', doubled), *sorted(verdict.faults.items()),
    ]  # fmt: skip


if __name__ == '__main__':
    main()
