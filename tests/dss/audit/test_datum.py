"""Shifted coordinates of map services: against published pairs, and back and forth."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from dss.datum import SHIFT, UNSHIFT, from_bd09, shift_geometry, to_bd09, to_gcj02

METRES_PER_DEGREE = 111_320.0


def metres(a: np.ndarray, b: np.ndarray) -> float:
    step = (a - b) * [np.cos(np.radians(35)), 1.0] * METRES_PER_DEGREE
    return float(np.hypot(*step.T).max())


@given(st.floats(74, 134), st.floats(4, 53), st.sampled_from(sorted(SHIFT)))
def test_shifting_there_and_back_ends_within_a_centimetre(lng, lat, datum):
    point = np.array([[lng, lat]])
    assert metres(UNSHIFT[datum](SHIFT[datum](point)), point) < 0.01


@given(st.floats(74, 134), st.floats(4, 53))
def test_the_shift_to_gcj02_stays_below_a_kilometre(lng, lat):
    point = np.array([[lng, lat]])
    assert metres(to_gcj02(point), point) < 1000


def test_coordinates_outside_the_shifted_area_stay_as_they_are():
    paris = np.array([[2.35, 48.86]])
    assert np.array_equal(to_gcj02(paris), paris)
    assert np.array_equal(to_bd09(paris), paris)


def test_published_bd09_coordinates_come_back_to_their_published_places(shared):
    table = pd.read_csv(shared / "data" / "wuhan" / "covid2020_facilities_bd09.csv")
    found = from_bd09(table[["lon_bd09", "lat_bd09"]].to_numpy())
    # the table has six decimals, about a tenth of a metre, and was made by one step of the inverse
    assert metres(found, table[["lon_wgs84", "lat_wgs84"]].to_numpy()) < 0.3


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4547"])
def test_geometries_come_back_to_their_place_in_any_crs_and_gaps_stay_gaps(crs):
    area = gpd.GeoSeries([shapely.box(114.3, 30.5, 114.31, 30.51), None], crs="EPSG:4490").to_crs(crs)
    shapes = np.asarray(area.array, dtype=object)
    back = shift_geometry(shift_geometry(shapes, crs, to_bd09), crs, from_bd09)
    assert back[1] is None
    assert shapely.equals_exact(back[0], shapes[0], 0.01 if crs == "EPSG:4547" else 1e-7)
