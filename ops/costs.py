"""What the product costs: a month in which nobody writes, and what messages add.

List prices on demand, without tax and without free tiers, times measured requests and assumed habits:
ops/data/prices.toml and ops/data/usage.toml hold every figure, with its source or its reason.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ops import command, consumption, prices, regions
from ops.consumption import EGRESS, MESSAGES, Facts
from ops.prices import CONFIRMED, ESTIMATED, FROM_MEMORY, Prices

MARKS = {CONFIRMED: '', FROM_MEMORY: '~', ESTIMATED: '*'}
LEAST = {'accounts': 1, 'messages': 1, 'alarms': 0, 'metrics': 0}
SMALL = 0.01  # of a table: what is less is shown as the rest


class Line(NamedTuple):
    """`cost` in the currency of the price list."""

    what: str
    quantity: float
    cost: float
    trust: str


def main(argv: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(argv)
    problems = [f'--{name}: {least} or more' for name, least in LEAST.items() if getattr(given, name) < least]
    if problems:
        return command.refuse(problems)
    facts = _facts(given.region, given.accounts, given.egress, given.architecture, given.alarms, given.metrics)
    print(_report(given.region, facts, given.messages))
    return 0


def _parser() -> argparse.ArgumentParser:
    known, estimate = prices.regions(), prices.usage()['estimate']
    parser = argparse.ArgumentParser(prog='python -m ops.costs', description=__doc__, allow_abbrev=False)
    parser.add_argument('--region', choices=known, default=known[0], help=f'{known[0]} if not given')
    parser.add_argument('--accounts', type=int, default=66, help='Official Accounts: 66 if not given')
    parser.add_argument('--messages', type=int, default=MESSAGES, help=f'{MESSAGES:,} if not given')
    parser.add_argument('--egress', choices=EGRESS, default='nat', help='how the fixed address is come by (nat)')
    parser.add_argument('--architecture', choices=('x86', 'arm'), default='x86', help='of the functions (x86)')
    parser.add_argument('--alarms', type=int, default=estimate['alarms'], help='as many as the template has')
    parser.add_argument('--metrics', type=int, default=estimate['custom_metrics'], help='custom metrics')
    return parser


def summary(
    region: str,
    accounts: int,
    egress: str,
    architecture: str = 'x86',
    alarms: int | None = None,
    metrics: int | None = None,
) -> str:
    """What is printed before anything is made: both tables, and how far they can be trusted."""
    return _report(region, _facts(region, accounts, egress, architecture, alarms, metrics), MESSAGES)


def at_rest(listed: Prices, facts: Facts) -> list[Line]:
    """A month in which nobody writes, the dearest first."""
    return _lines(listed, consumption.at_rest(facts))


def per_100_000_messages(listed: Prices, facts: Facts) -> list[Line]:
    """What so many messages cause over all the time that they are kept, the dearest first."""
    return _lines(listed, consumption.of_messages(facts, MESSAGES))


def total(lines: Iterable[Line]) -> float:
    return sum(line.cost for line in lines)


def _facts(
    region: str, accounts: int, egress: str, architecture: str, alarms: int | None, metrics: int | None
) -> Facts:
    if egress not in EGRESS:
        raise ValueError(f'{egress} is none of {", ".join(EGRESS)}')
    usage, found = prices.usage(), regions.known(region)
    return Facts(
        usage, accounts, egress, architecture, found is not None and found.tracing,
        usage['estimate']['alarms'] if alarms is None else alarms,
        usage['estimate']['custom_metrics'] if metrics is None else metrics,
    )  # fmt: skip


def _lines(listed: Prices, used: Iterable[consumption.Used]) -> list[Line]:
    lines = [
        Line(each.what, each.quantity, listed.of[each.key].of(each.quantity), listed.of[each.key].trust)
        for each in used
        if each.quantity
    ]
    return sorted(lines, key=lambda line: -line.cost)


def _report(region: str, facts: Facts, messages: int) -> str:
    listed = prices.load(region)
    if listed is None:
        return f'What it costs in {region} is not known here: there is no price list of it in ops/data/prices.toml.'
    resting, moving = at_rest(listed, facts), _lines(listed, consumption.of_messages(facts, messages))
    return '\n'.join(
        [
            f'Official Accounts: {facts.accounts}, units: {consumption.units(facts)}, region: {region},'
            f' egress: {facts.egress}, alarms: {facts.alarms}.',
            f'List prices on demand in {listed.currency}, without tax and free tiers.',
            '',
            *_table(f'At rest, a month ({listed.currency})', resting),
            '',
            *_table(f'{messages:,} messages, for as long as they are kept ({listed.currency})', moving),
            '',
            *_worth(listed, [*resting, *moving]),
        ]
    )


def _table(title: str, lines: list[Line]) -> list[str]:
    whole = total(lines)
    shown = [line for line in lines if line.cost >= SMALL * whole]
    rows = [_row(line.what, _figure(line.quantity), line.cost, MARKS[line.trust]) for line in shown]
    if small := len(lines) - len(shown):
        rows.append(_row(f'{small} more, each under one percent', '', whole - total(shown)))
    return [title, *rows, _row('together', '', whole)]


def _row(what: str, quantity: str, cost: float, mark: str = '') -> str:
    return f'  {what:<52}{quantity:>13}{cost:>11,.2f} {mark}'.rstrip()


def _figure(quantity: float) -> str:
    return f'{quantity:,.0f}' if quantity >= 100 or quantity == int(quantity) else f'{quantity:,.2f}'


def _worth(listed: Prices, lines: list[Line]) -> list[str]:
    whole = total(lines) or 1
    share = {trust: total(line for line in lines if line.trust == trust) / whole for trust in MARKS}
    return [
        f'{share[CONFIRMED]:.0%} of this is by prices seen in a stored page, the oldest of {listed.oldest()};'
        f' {share[FROM_MEMORY]:.0%} is from memory (~),',
        f'{share[ESTIMATED]:.0%} estimated (*). Compare with {listed.official} before money is promised.',
        'What residents and staff do is assumed: ops/data/usage.toml says how, and why.',
    ]


if __name__ == '__main__':
    sys.exit(main())
