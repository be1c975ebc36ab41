"""What the product costs: the arithmetic by examples reckoned by hand, and price lists that say what they are worth."""

from datetime import date
from itertools import product
from typing import Any

import pytest

from ops import consumption, costs, prices, regions
from ops.consumption import EGRESS, Calls, Facts
from ops.prices import CONFIRMED, TRUSTS, Price, Prices

# Everything a round figure: a whole CPU is 1,000 MB and nothing is ever started anew, unless a test says so.
ROUND: dict[str, Any] = {
    'does': {
        what: {'requests': 1, 'read_units': 1.0, 'write_units': 10.0, 'cpu_ms': 100.0}
        for what in prices.usage()['does']
    },
    'page_kb': {'waiting_list': 10.0, 'conversation': 20.0},
    'lambda': {
        'mb_of_a_whole_cpu': 1000, 'api_mb': 500, 'worker_mb': 1000, 'store_ms': 50.0, 'wechat_ms': 100.0,
        'fetch_ms': 850.0, 'cold_share': 0.0, 'cold_ms': 1000.0,
    },
    'mix': {
        'text': 0.8, 'media': 0.2, 'location': 0.0, 'in_burst': 0.5, 'repeated': 0.1, 'events': 0.1,
        'messages_per_conversation': 4.0, 'lists_per_conversation': 1.0, 'pages_per_conversation': 2.0,
        'replies_per_conversation': 1.0, 'due_per_conversation': 1.0, 'views_per_medium': 2.0,
    },
    'sizes': {
        'stored_kb_per_message': 1.0, 'medium_kb': 100.0, 'callback_answer_kb': 1.0, 'sent_kb': 2.0,
        'log_kb_per_call': 1.0,
    },
    'kept_months': {'message': 12.0, 'medium': 3.0, 'log': 6.0},
    'month': {
        'hours': 720, 'sweep_runs': 1000, 'watch_runs': 100, 'reconcile_runs': 30, 'reconcile_waits_ms': 1000.0,
        'followers_per_account': 1000, 'resident_kb': 1.0, 'list_refreshes_per_hour': 60, 'list_hours_per_unit': 10.0,
        'queues': 2, 'fifo_queues': 1, 'idle_requests_per_queue': 500, 'alarm_emails': 10, 'accounts_per_street': 7.34,
    },
    'estimate': {'alarms': 5, 'custom_metrics': 2},
    'relay': {'disk_gb': 8},
}  # fmt: skip


def facts(**changes: Any) -> Facts:
    return Facts(**({
        'usage': ROUND, 'accounts': 1, 'egress': 'direct', 'architecture': 'x86', 'tracing': False, 'alarms': 5,
        'metrics': 2,
    } | changes))  # fmt: skip


def quantities(used: list[consumption.Used]) -> dict[str, float]:
    found: dict[str, float] = {}
    for each in used:
        found[each.key] = found.get(each.key, 0) + each.quantity
    return found


def test_a_price_is_of_so_many() -> None:
    assert Price(28.94, 1_000_000, CONFIRMED, '', '').of(500_000) == pytest.approx(14.47)


@pytest.mark.parametrize(
    ('calls', 'expected'),
    (
        (Calls(1, 'text', 500), 250.0),  # half a CPU: 200, and 50 for the store
        (Calls(1, 'text', 1000), 150.0),
        (Calls(1, 'text', 4000), 150.0),  # one thread is not faster on four CPUs
        (Calls(1, 'text', 500, waits_ms=100), 350.0),
        (Calls(1, 'text', 500, times=3), 750.0),
    ),
)
def test_how_long_a_run_takes(calls: Calls, expected: float) -> None:
    assert consumption.milliseconds(ROUND, calls) == pytest.approx(expected)


def test_a_new_process_is_charged_to_those_that_may_need_one() -> None:
    usage = ROUND | {'lambda': ROUND['lambda'] | {'cold_share': 0.02}}
    assert consumption.milliseconds(usage, Calls(1, 'text', 500)) == pytest.approx(270.0)
    assert consumption.milliseconds(usage, Calls(1, 'sweep', 500, warm=True)) == pytest.approx(250.0)
    assert consumption.milliseconds(usage, Calls(1, 'due', 500, within=True)) == pytest.approx(250.0)


@pytest.mark.parametrize(('accounts', 'expected'), ((1, 3), (66, 76)))
def test_streets_and_the_district_are_units_too(accounts: int, expected: int) -> None:
    assert consumption.units(facts(accounts=accounts)) == expected


def test_a_month_in_which_nobody_writes() -> None:
    """3 units: their lists reload 3 x 10 x 60 = 1,800 times, beside 1,000 sweeps, 100 watches and 30 nights."""
    used = quantities(consumption.at_rest(facts()))
    assert used['lambda_requests'] == 1000 + 100 + 30 + 1800
    assert used['dynamodb_read_units'] == 1000 + 100 * 3 + 30 + 1800
    # 0.25 s each at 500 MB; a watch three times that; a night a second longer
    seconds = 1000 * 0.25 + 100 * 0.75 + 30 * 1.25 + 1800 * 0.25
    assert used['lambda_gb_seconds_x86'] == pytest.approx(seconds * 500 / 1024)
    assert used['api_calls'] == 1800
    assert used['data_out_gb'] == pytest.approx(0.018)
    assert used['sqs_requests'] == 1000
    assert used['sqs_fifo_requests'] == 500
    assert used['logs_gb_months'] == pytest.approx(2930 / 1_000_000 * 6)
    assert used['dynamodb_gb_months'] == used['dynamodb_backup_gb_months'] == pytest.approx(0.001)
    assert (used['alarms'], used['custom_metrics'], used['emails']) == (5, 2, 10)


def test_what_a_thousand_messages_cause() -> None:
    """400 alone, 400 in a burst, 100 events, 100 repeated, 200 media; 250 matters."""
    used = quantities(consumption.of_messages(facts(), 1000))
    callbacks, pages, replies, due, media = 400 + 500 + 100 + 200, 250 + 500, 250, 250, 200
    assert used['lambda_requests'] == callbacks + pages + replies + media, 'what is due runs within a sweep'
    assert used['api_calls'] == callbacks + pages + replies
    assert used['dynamodb_write_units'] == 10 * (callbacks + pages + replies + media + due)
    # at 500 MB 0.25 s each, a reply or what is due 0.1 s more; at 1,000 MB a worker one second
    seconds = (callbacks + pages) * 0.25 + (replies + due) * 0.35
    assert used['lambda_gb_seconds_x86'] == pytest.approx(seconds * 500 / 1024 + media * 1.0 * 1000 / 1024)
    assert used['dynamodb_gb_months'] == pytest.approx(0.012)
    assert (used['s3_puts'], used['s3_gets'], used['sqs_requests']) == (200, 400, 600)
    assert used['s3_gb_months'] == pytest.approx(0.06)
    assert used['kms_requests'] == callbacks + replies
    # answers 1.2 MB, lists 2.5 MB, pages 10 MB, 400 views of 100 KB, 500 sent of 2 KB
    assert used['data_out_gb'] == pytest.approx((1.2 + 2.5 + 10 + 40 + 1) / 1000)


def test_twice_the_messages_cost_twice_as_much() -> None:
    one, two = (quantities(consumption.of_messages(facts(egress='nat'), number)) for number in (500, 1000))
    assert two == {key: pytest.approx(2 * quantity) for key, quantity in one.items()}


def test_each_way_to_a_fixed_address_is_charged_as_it_is() -> None:
    direct, relay, nat = (
        quantities(consumption.at_rest(facts(egress=egress))) for egress in ('direct', 'relay', 'nat')
    )
    assert nat.keys() - direct.keys() == {'nat_hours', 'ipv4_hours'}
    assert relay.keys() - direct.keys() == {'relay_hours', 'disk_gb_months', 'ipv4_hours'}
    assert nat['nat_hours'] == nat['ipv4_hours'] == 720
    passing = 200 * 100 / 1_000_000 + 500 * 2 / 1_000_000
    assert quantities(consumption.of_messages(facts(egress='nat'), 1000))['nat_gb'] == pytest.approx(passing)
    out = (quantities(consumption.of_messages(facts(egress=egress), 1000))['data_out_gb'] for egress in EGRESS)
    assert [round(gb * 1000, 3) for gb in out] == [54.7, 54.7 + 21, 54.7]


def test_traces_are_charged_only_where_there_are_any() -> None:
    assert 'traces' not in quantities(consumption.of_messages(facts(), 1000))
    assert quantities(consumption.of_messages(facts(tracing=True), 1000))['traces'] == 2400


def test_lines_are_priced_and_the_dearest_stands_first() -> None:
    cheap = {
        key: Price(1.0, 1_000_000, CONFIRMED, 'memory', '') for used in (
            consumption.at_rest(facts()), consumption.of_messages(facts(), 1)
        ) for key in quantities(used)
    }  # fmt: skip
    listed = Prices('cn-north-1', 'CNY', '', cheap | {'alarms': Price(0.622, 1, CONFIRMED, 'cloudwatch-cn', '')})
    lines = costs.at_rest(listed, facts())
    assert lines[0] == costs.Line('CloudWatch alarms', 5, pytest.approx(3.11), CONFIRMED)
    assert costs.total(lines) == pytest.approx(3.11 + sum(line.quantity for line in lines[1:]) / 1_000_000)
    assert costs.total(costs.per_100_000_messages(listed, facts())) > 0


# The price lists


def test_every_region_has_a_price_for_whatever_is_used() -> None:
    usage = prices.usage()
    for region, egress, architecture in product(prices.regions(), EGRESS, ('x86', 'arm')):
        listed = prices.load(region)
        assert listed
        each = facts(usage=usage, egress=egress, architecture=architecture, tracing=True)
        used = quantities(consumption.at_rest(each)) | quantities(consumption.of_messages(each, 1000))
        assert used.keys() <= listed.of.keys(), region


def test_no_price_is_kept_that_nothing_uses() -> None:
    used: set[str] = {'dynamodb_restored_gb'}  # for whoever restores a table
    for egress, architecture in product(EGRESS, ('x86', 'arm')):
        each = facts(egress=egress, architecture=architecture, tracing=True)
        used |= quantities(consumption.at_rest(each)).keys() | quantities(consumption.of_messages(each, 1)).keys()
    for region in prices.regions():
        listed = prices.load(region)
        assert listed
        assert listed.of.keys() == used, region


def test_no_price_is_confirmed_without_a_page_and_its_date() -> None:
    sources = prices.sources()
    for region in prices.regions():
        listed = prices.load(region)
        assert listed
        assert listed.official.startswith('https://')
        assert date(2020, 1, 1) < listed.oldest() <= date(2026, 11, 25), region
        for key, price in listed.of.items():
            assert price.trust in TRUSTS, f'{region} {key}'
            assert price.price >= 0, f'{region} {key}'
            assert (price.trust == CONFIRMED) == (price.source != 'memory'), f'{region} {key}'
            assert price.source in sources, f'{region} {key}'
    assert all(source.url.startswith('https://') for name, source in sources.items() if name != 'memory')


# The command


def test_the_command_says_both_tables_and_what_they_are_worth(capsys: pytest.CaptureFixture[str]) -> None:
    assert costs.main(['--region', 'cn-northwest-1', '--accounts', '66', '--egress', 'nat', '--messages', '1000']) == 0
    said = capsys.readouterr().out
    assert 'units: 76, region: cn-northwest-1, egress: nat, alarms: 34' in said
    assert 'NAT gateway: hours                                            720     266.40\n' in said
    assert '1,000 messages, for as long as they are kept (CNY)' in said
    assert 'the oldest of 2021-11-30' in said
    assert 'https://www.amazonaws.cn' in said


def test_what_is_not_confirmed_is_marked() -> None:
    said = costs.summary('cn-north-1', 66, 'nat')
    assert [line[-1] for line in said.splitlines() if 'NAT gateway: hours' in line] == ['~']
    assert [line[-1] for line in said.splitlines() if 'its public address' in line] == ['*']


def test_the_number_of_alarms_is_the_template_s() -> None:
    said = costs.summary('cn-north-1', 1, 'direct', alarms=30)
    (alarms,) = (line.split() for line in said.splitlines() if 'CloudWatch alarms' in line)
    assert alarms == ['CloudWatch', 'alarms', '30', '18.66']


def test_an_unknown_way_out_is_not_taken_for_another() -> None:
    with pytest.raises(ValueError, match='vpn'):
        costs.summary('cn-north-1', 1, 'vpn')


def test_a_region_without_prices_says_so() -> None:
    assert 'not known here' in costs.summary('ap-southeast-1', 1, 'direct')
    assert regions.known('ap-southeast-1')


@pytest.mark.parametrize(
    ('words', 'least'), ((['--accounts', '0'], 1), (['--messages', '-1'], 1), (['--alarms', '-1'], 0))
)
def test_less_than_can_be_is_refused(words: list[str], least: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert costs.main(words) == 2
    assert capsys.readouterr().err == f'{words[0]}: {least} or more\n'
