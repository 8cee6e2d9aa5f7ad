"""Cells that can be reached in time, on the town of four arms of 500 m."""

import numpy as np
import pytest
from pyproj import Transformer
from town import CRS, at

from dss.errors import NetworkError
from dss.isochrones import ReachLimits, reach
from dss.onemap import OneMap
from dss.roads import build_roads
from dss.routing import Router
from dss.standards import StandardsReader


def degrees(x_m: float, y_m: float) -> np.ndarray:
    return np.array(Transformer.from_crs(CRS, "EPSG:4326", always_xy=True).transform(*at(x_m, y_m)))


def minutes(town: OneMap, limit_s: float, x_m: float, y_m: float) -> list[float]:
    roads = build_roads(town, StandardsReader())
    router = Router(roads.network).customise(roads.walk_s)
    found = reach(roads, router, roads.walk_s, degrees(x_m, y_m), ReachLimits(limit_s, resolution=11))
    return sorted(found.polygons()["minutes"])


def test_from_the_middle_of_an_arm_the_near_ends_come_first(town: OneMap):
    # from 100 m up the north arm: the crossing 100 m away in 83 s, the north end 400 m away in 333 s
    assert minutes(town, 400, 0, 100) == [1.4, 5.6]
    # after 500 s the other three ends too: 100 + 500 m in 500 s
    assert minutes(town, 501, 0, 100) == [1.4, 5.6, 8.3, 8.3, 8.3]


def test_a_place_far_from_every_road_is_outside(town: OneMap):
    with pytest.raises(NetworkError, match=r"90[01] |899 "):
        minutes(town, 600, 0, 1400)
