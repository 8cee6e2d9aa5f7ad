"""What shelters are good for: under a roof or open ground, with medical care, clear of rubble."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import shapely

from dss import columns as col
from dss.arrays import BoolArray, FloatArray
from dss.buildings import BuildingStock
from dss.hazard import Facilities
from dss.shelters import Shelters
from dss.standards import StandardsReader

HOSPITAL_REACH_M: Final = 300.0
"""A hospital this near cares for a shelter's people."""


def indoor(shelters: Shelters, words: Sequence[str]) -> BoolArray:
    """Return which shelters have a roof, by words in their name or kind of place, shape (m,)."""
    return _has_word(shelters, (col.NAME, col.PLACE_KIND), words)


def medical(shelters: Shelters, words: Sequence[str], hospitals: Facilities | None) -> BoolArray:
    """Return which shelters have medical care: by words in their name, or a hospital near, shape (m,)."""
    near = np.zeros(shelters.capacity.size, dtype=np.bool_)
    if hospitals is not None and hospitals.x_m.size:
        tree = shapely.STRtree(shapely.points(hospitals.x_m, hospitals.y_m))
        points = shapely.points(shelters.x_m, shelters.y_m)
        site, _ = tree.query(points, predicate="dwithin", distance=HOSPITAL_REACH_M)
        near[site] = True
    return near | _has_word(shelters, (col.NAME,), words)


def share_outside_debris(shelters: Shelters, stock: BuildingStock, standards: StandardsReader) -> FloatArray:
    """Return the share of each shelter's ground that no building's rubble would reach, shape (m,).

    Every building is taken to fall: this is ground that is clear whatever falls. A shelter known as a point
    only has no ground to take off, and keeps all.
    """
    reach_m = standards.number("debris.reach_per_height") * stock.height_m
    tree = shapely.STRtree(stock.footprint)
    share = np.ones(shelters.capacity.size)
    for j in np.flatnonzero(shapely.area(shelters.ground) > 0):
        ground = shelters.ground[j]
        near = tree.query(ground, predicate="dwithin", distance=float(reach_m.max(initial=0.0)))
        rubble = shapely.union_all(shapely.buffer(stock.footprint[near], reach_m[near], quad_segs=4))
        share[j] = shapely.area(shapely.difference(ground, rubble)) / shapely.area(ground)
    return share


def _has_word(shelters: Shelters, columns: Sequence[str], words: Sequence[str]) -> BoolArray:
    texts = shelters.features[list(columns)].astype("string").fillna("").agg(" ".join, axis=1)
    return np.array([any(word in text for word in words) for text in texts], dtype=np.bool_)
