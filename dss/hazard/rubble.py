"""Rubble of collapsed buildings on roads and on facilities.

A collapsed building of height H reaches k H from its wall. Beside a road of width w whose centre line runs
at a distance d from the wall, the rubble takes k H - (d - w / 2) of the width; the road is blocked where less
than the least clear width remains. Whether a building collapses is drawn once, so that one building blocks
its road and its neighbour alike; over many draws a road is blocked with p = 1 - prod(1 - P_b).
"""

from dataclasses import dataclass

import numpy as np
import shapely

from dss.arrays import BoolArray, FloatArray, IntArray
from dss.buildings import BuildingStock
from dss.roads import Roads
from dss.standards import StandardsReader


@dataclass(frozen=True, slots=True, eq=False)
class Reaches:
    """Which building can block which road, as pairs of shape (k,).

    Parameters
    ----------
    building, feature
        Rows of the building stock and of the road features.
    blocks_drive, blocks_walk
        Whether the building alone leaves too little width for vehicles and for people on foot.
    """

    building: IntArray
    feature: IntArray
    blocks_drive: BoolArray
    blocks_walk: BoolArray


def find_reaches(stock: BuildingStock, roads: Roads, standards: StandardsReader) -> Reaches:
    """Find the roads that each building's rubble would reach; bridges are too high."""
    reach_m = standards.number("debris.reach_per_height") * stock.height_m
    width_m = _widths_m(roads)
    lines = np.asarray(roads.features.geometry.array)
    farthest_m = reach_m + width_m.max(initial=0.0)
    b, f = shapely.STRtree(lines).query(stock.footprint, predicate="dwithin", distance=farthest_m)
    low = ~roads.features["bridge"].to_numpy(np.bool_)[f]
    b, f = b[low], f[low]
    taken_m = reach_m[b] - (shapely.distance(stock.footprint[b], lines[f]) - width_m[f] / 2)
    base = roads.features["road_class"].str.removesuffix("_link")
    clear_m = base.map(dict(standards.column("debris.min_clear_width_m"))).to_numpy(np.float64)
    need_m = np.minimum(clear_m, width_m)[f]
    walk_m = np.minimum(standards.number("debris.min_clear_walk_m"), width_m[f])
    left_m = width_m[f] - taken_m
    drive, walk = (taken_m > 0) & (left_m < need_m), (taken_m > 0) & (left_m < walk_m)
    keep = drive | walk
    return Reaches(b[keep], f[keep], drive[keep], walk[keep])


def block_probability(reaches: Reaches, p_collapse: FloatArray, n_features: int) -> FloatArray:
    """Return the probability that rubble blocks each road for vehicles, shape (n features,)."""
    stands = np.zeros(n_features)
    drive = reaches.blocks_drive
    with np.errstate(divide="ignore"):
        np.add.at(stands, reaches.feature[drive], np.log1p(-p_collapse[reaches.building[drive]]))
    return 1.0 - np.exp(stands)


def blocked_features(reaches: Reaches, collapsed: BoolArray, n_features: int) -> tuple[BoolArray, BoolArray]:
    """Return which roads are blocked for vehicles and on foot, shape (n features,)."""
    down = collapsed[reaches.building]
    drive, walk = np.zeros(n_features, dtype=np.bool_), np.zeros(n_features, dtype=np.bool_)
    drive[reaches.feature[down & reaches.blocks_drive]] = True
    walk[reaches.feature[down & reaches.blocks_walk]] = True
    return drive, walk


def buried_points(
    stock: BuildingStock, collapsed: BoolArray, points: FloatArray, standards: StandardsReader
) -> BoolArray:
    """Return which points lie in or beside a collapsed building, within its reach, shape (m,).

    Parameters
    ----------
    points
        Places in the map's CRS, shape (m, 2).
    """
    buried = np.zeros(len(points), dtype=np.bool_)
    if len(points) and collapsed.any():
        reach_m = standards.number("debris.reach_per_height") * stock.height_m[collapsed]
        tree = shapely.STRtree(shapely.points(points))
        _, hit = tree.query(stock.footprint[collapsed], predicate="dwithin", distance=reach_m)
        buried[hit] = True
    return buried


def _widths_m(roads: Roads) -> FloatArray:
    """Return the width of each road feature, shape (n features,)."""
    assert roads.network.width_m is not None
    assert roads.network.feature is not None
    width_m = np.zeros(len(roads.features))
    width_m[roads.network.feature] = roads.network.width_m
    return width_m
