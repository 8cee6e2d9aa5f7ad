"""The town of ``town.py`` as the ground that hazards meet."""

from pathlib import Path

import numpy as np
from town import X0, Y0

from dss.cells import index_population
from dss.hazard import Facilities, Ground
from dss.onemap import OneMap
from dss.roads import build_roads
from dss.shelters import read_shelters
from dss.standards import StandardsReader

NORTH, EAST, SOUTH, WEST = range(4)
"""Rows of the town's roads; road f has the edges 2 f and 2 f + 1."""


def ground_of(town: OneMap, resolution: int = 10) -> Ground:
    """Return the town's cells, roads and shelters (one east, one west)."""
    standards = StandardsReader()
    shelters = read_shelters(town, standards)
    sites = Facilities(shelters.features["name"].to_numpy(object), shelters.x_m, shelters.y_m)
    return Ground(index_population(town, resolution), build_roads(town, standards), {"shelters": sites})


def line_of_points(*east_north_m: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Return points given by their distance from the town's middle."""
    east, north = np.array(east_north_m, dtype=np.float64).T
    return X0 + east, Y0 + north


YAGI = Path("data") / "yagi_hainan"
