"""The administrative layers: boundary, districts, street offices, communities, life circles, duty areas."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from dss.arrays import IntArray
from dss.sample.frame.bend import MAP_CRS, GeometryArray
from dss.sample.names import CITY, DISTRICTS, Names, draw_names, pair_stems
from dss.sample.units.faces import Faces, merged
from dss.sample.units.groups import Groups


@dataclass(frozen=True, slots=True, eq=False)
class Areas:
    """The areas of one kind on the map.

    Parameters
    ----------
    shape
        Each area, shape (n,).
    code
        Its number in the statistics bureau's system, shape (n,).
    name
        Its name, shape (n,).
    district
        Number of its district, shape (n,).
    """

    shape: GeometryArray
    code: Names
    name: Names
    district: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Offices:
    """Areas of every kind: they tile the city."""

    districts: Areas
    streets: Areas
    communities: Areas
    circles: Areas


def draw_offices(faces: Faces, groups: Groups, rng: np.random.Generator) -> Offices:
    """Join faces to areas, and name and number them: 6 digits a district, 9 a street, 12 a community."""
    count = len(DISTRICTS)
    districts = Areas(
        merged(faces.shape, faces.district, count),
        np.array([f"5099{number:02d}" for number in range(2, 2 + count)], dtype=object),
        np.array(DISTRICTS, dtype=object),
        np.arange(count),
    )
    streets = _areas(faces, groups.street, districts.code[faces.district], ("街道",), rng)
    communities = _areas(faces, groups.community, streets.code[groups.street], ("社区",), rng)
    circles = _areas(faces, groups.circle, streets.code[groups.street], ("生活圈",), rng)
    return Offices(districts, streets, communities, circles)


def _areas(
    faces: Faces, group: IntArray, parent_code: Names, ends: tuple[str, ...], rng: np.random.Generator
) -> Areas:
    count = int(group.max()) + 1
    _, first = np.unique(group, return_index=True)
    parent = parent_code[first]
    serial = np.zeros(count, dtype=np.int64)
    for one in np.unique(parent):
        serial[parent == one] = np.arange(1, int((parent == one).sum()) + 1)
    numbers = [f"{head}{number:03d}" for head, number in zip(parent, serial, strict=True)]
    code = np.array(numbers, dtype=object)
    name = draw_names(pair_stems(), count, rng, ends)
    return Areas(merged(faces.shape, group, count), code, name, faces.district[first])


def office_layers(offices: Offices) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers of areas."""
    city = shapely.coverage_union_all(offices.districts.shape)
    duty = offices.streets
    return {
        "boundary": gpd.GeoDataFrame(
            {"XZQMC": [CITY], "XZQDM": ["509900"]}, geometry=shapely.get_parts(city)[:1], crs=MAP_CRS
        ),
        "districts": _layer(offices.districts, "XZQMC"),
        "streets": _layer(offices.streets, "JDMC"),
        "communities": _layer(offices.communities, "SQMC"),
        "life_circle": _layer(offices.circles, "SHQMC"),
        "plans_duty": _layer(Areas(duty.shape, duty.code, duty.name + "应急责任区", duty.district), "ZRQMC"),
    }


def _layer(areas: Areas, name_field: str) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({name_field: areas.name, "XZQDM": areas.code}, geometry=areas.shape, crs=MAP_CRS)
