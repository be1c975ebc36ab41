"""Where the product may run: production in mainland China only, and a warning that is never left out."""

import pytest

from ops import prices, regions


def test_production_is_in_the_partition_of_china_and_nowhere_else() -> None:
    assert {each.id for each in regions.regions().values() if each.production} == {'cn-north-1', 'cn-northwest-1'}
    for each in regions.regions().values():
        assert (
            each.production
            == (each.partition == 'aws-cn')
            == (each.domain == 'amazonaws.com.cn')
            == (each.currency == 'CNY')
        ), each.id


def test_x_ray_is_left_out_where_it_does_not_work_with_lambda() -> None:
    assert {each.id: each.tracing for each in regions.regions().values() if each.production} == {
        'cn-north-1': False,
        'cn-northwest-1': False,
    }


def test_production_needs_no_warning() -> None:
    assert regions.warning('cn-north-1') is None
    assert regions.warning('cn-northwest-1') is None


# Hong Kong is China, but not the mainland; a region that sounds like one of China's is not one.
@pytest.mark.parametrize('region', ('us-east-1', 'ap-southeast-1', 'ap-east-1', 'cn-north-2', ''))
def test_everywhere_else_is_warned_of(region: str) -> None:
    said = regions.warning(region)
    assert said
    assert region in said
    assert 'article 36' in said
    assert 'invented residents only' in said


def test_an_unknown_region_is_not_guessed() -> None:
    assert regions.known('eu-west-1') is None


def test_every_region_with_prices_is_known_and_has_its_currency() -> None:
    for region in prices.regions():
        found, listed = regions.known(region), prices.load(region)
        assert found
        assert listed
        assert listed.currency == found.currency
