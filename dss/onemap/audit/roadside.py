"""Does a layer lie beside the roads, or across them: a shifted one falls on roads as often as chance has it.

Index names: ``i`` record, ``h`` hypothesis.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from dss.arrays import FloatArray
from dss.onemap.audit.fit import HYPOTHESES, Hypothesis, Positions

ON_ROAD_M: Final = 10.0
"""A record's middle this close to a road's middle stands on the road."""
TRUE_SHARE: Final = 0.03
"""Records taken to stand on a road where coordinates are right; 2 of 123 hospitals of a real city do."""
CONTROL_SHIFTS_M: Final = tuple(
    (radius * np.cos(angle), radius * np.sin(angle))
    for radius in (350.0, 650.0, 950.0, 1250.0)
    for angle in np.arange(0.4, 6.28, 1.047)
)
"""Where chance is looked up: places all around that no datum leads to."""
LEAST_RECORDS: Final = 30
LEAST_CHANCE: Final = 0.06
"""Where fewer places lie on roads, their absence says nothing."""
REACH_M: Final = 1000.0
"""Records farther from every road do not count."""


@dataclass(frozen=True, slots=True)
class Roadside:
    """What the roads say of a layer.

    Parameters
    ----------
    records
        Records near roads.
    chance
        Share of places around the records that lie on a road.
    on_road
        Share of the records on a road, by hypothesis.
    log_odds
        Log-likelihood of standing beside roads against standing anywhere, by hypothesis.
    """

    records: int
    chance: float
    on_road: dict[Hypothesis, float]
    log_odds: dict[Hypothesis, float]


def ask_roads(roads: shapely.STRtree, where: Positions) -> Roadside | None:
    """Return what the roads say of records; None where records or roads are too few to say anything."""
    points = {h: shapely.centroid(where.shapes[h]) for h in HYPOTHESES}
    distance = {h: _distance(roads, points[h]) for h in HYPOTHESES}
    near = np.logical_and.reduce([one < REACH_M for one in distance.values()])
    if near.sum() < LEAST_RECORDS:
        return None
    xy = shapely.get_coordinates(points[None][near])
    control = np.concatenate([shapely.points(xy + shift) for shift in CONTROL_SHIFTS_M])
    chance = float((_distance(roads, control) < ON_ROAD_M).mean())
    if chance < LEAST_CHANCE:
        return None
    on_road = {h: float((distance[h][near] < ON_ROAD_M).mean()) for h in HYPOTHESES}
    count = int(near.sum())
    log_odds = {h: count * _per_record(share, chance) for h, share in on_road.items()}
    return Roadside(count, chance, on_road, log_odds)


def _per_record(on_road: float, chance: float) -> float:
    on, off = np.log(TRUE_SHARE / chance), np.log((1 - TRUE_SHARE) / (1 - chance))
    return float(on_road * on + (1 - on_road) * off)


def _distance(roads: shapely.STRtree, points: np.ndarray) -> FloatArray:
    distance = np.full(points.size, np.inf)
    i, found = roads.query_nearest(points, return_distance=True, all_matches=False)
    distance[i[0]] = found
    return distance
