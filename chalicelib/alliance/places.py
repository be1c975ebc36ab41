"""Whose place a point on the map is: the community whose imported points are nearest, where that is plain.

Points are GCJ-02, as WeChat sends them. Nothing is guessed: far from all of them, or between two, somebody is asked.
"""

from collections.abc import Iterable
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

from chalicelib.alliance import actions

_EARTH_METRES = 6_371_000.0  # mean radius; over a district the ellipsoid makes no difference
# OURS: a community of a city is a few hundred metres wide. Farther than this from every point known, it may be another
# district, or a part of this one for which nobody has imported a point.
FARTHEST_METRES = 1_500.0
# OURS: a phone between houses is right to some 50 m, and nobody knows the border between two points to less.
PLAINLY_NEARER_METRES = 100.0
# OURS: as many as can still be told apart on a line each.
MOST_CANDIDATES = 4


class Point(NamedTuple):
    """A place of a unit, in degrees."""

    unit: str
    longitude: float
    latitude: float


def nearest(longitude: float, latitude: float, points: Iterable[Point] | None = None) -> str | None:
    """The unit whose place this plainly is; None where no point is near, or two units are about equally near."""
    found = candidates(longitude, latitude, points)
    return found[0] if len(found) == 1 else None


def candidates(longitude: float, latitude: float, points: Iterable[Point] | None = None) -> list[str]:
    """The nearest unit and those about as near, the nearest first; without `points`, out of all that are known."""
    away: dict[str, float] = {}
    for point in known() if points is None else points:
        metres = distance(longitude, latitude, point.longitude, point.latitude)
        away[point.unit] = min(metres, away.get(point.unit, metres))
    near = sorted((metres, unit) for unit, metres in away.items() if metres <= FARTHEST_METRES)
    return [unit for metres, unit in near if metres - near[0][0] < PLAINLY_NEARER_METRES][:MOST_CANDIDATES]


def distance(longitude: float, latitude: float, other_longitude: float, other_latitude: float) -> float:
    """Metres along the surface, by the haversine formula."""
    north, other_north = radians(latitude), radians(other_latitude)
    across = sin((other_north - north) / 2) ** 2
    along = cos(north) * cos(other_north) * sin(radians(other_longitude - longitude) / 2) ** 2
    return 2 * _EARTH_METRES * asin(sqrt(min(1.0, across + along)))


def known() -> Iterable[Point]:
    """All points of all units, from memory."""
    return (
        Point(unit.id, float(longitude), float(latitude))
        for unit in actions.units()
        for longitude, latitude, _ in unit.points or ()
    )
