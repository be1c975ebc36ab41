"""Whose place a point is: by distance, and never guessed."""

import pytest

from chalicelib.alliance import places
from chalicelib.alliance.places import FARTHEST_METRES, PLAINLY_NEARER_METRES, Point

# A degree of longitude here is 89.9 km, one of latitude 111.2 km.
A, B = Point('a', 120.3800, 36.0670), Point('b', 120.3900, 36.0670)
METRE = 1 / 111_195


def test_distance_is_what_the_map_says() -> None:
    # 栈桥 to 五四广场, 5.96 km
    assert places.distance(120.3186, 36.0606, 120.3848, 36.0628) == pytest.approx(5_956, abs=30)
    assert places.distance(120, 36, 120, 36) == 0


def test_the_nearest_of_several_points_of_several_units() -> None:
    assert places.nearest(120.3810, 36.0670, [A, B]) == 'a'
    assert places.nearest(120.3890, 36.0670, [A, B]) == 'b'
    assert places.nearest(120.3845, 36.0670, [A, B, Point('b', 120.3846, 36.0670)]) == 'b'


def test_no_points_no_unit() -> None:
    assert places.nearest(120.38, 36.067, []) is None


def test_far_from_all_there_is_none() -> None:
    inside, outside = ((FARTHEST_METRES + by) * METRE for by in (-5, 5))
    assert places.nearest(A.longitude, A.latitude + inside, [A]) == 'a'
    assert places.nearest(A.longitude, A.latitude + outside, [A]) is None


def test_between_two_there_is_none_and_both_are_candidates() -> None:
    assert places.nearest(120.3850, 36.0670, [A, B]) is None
    assert set(places.candidates(120.3850, 36.0670, [A, B])) == {'a', 'b'}
    # Plainly nearer again once the difference is large enough.
    east = PLAINLY_NEARER_METRES / 2 / 89_880
    assert places.nearest(120.3850 - east * 1.1, 36.0670, [A, B]) == 'a'
    assert places.nearest(120.3850 - east * 0.9, 36.0670, [A, B]) is None


def test_two_points_of_one_unit_are_no_doubt() -> None:
    assert places.nearest(120.3850, 36.0670, [A, Point('a', 120.3900, 36.0670)]) == 'a'
