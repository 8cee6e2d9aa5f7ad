"""People: counted by census unit, following the floor area of the housing that stands there.

Index names: ``s`` superblock (census unit).
"""

from typing import Final

import geopandas as gpd
import numpy as np
import shapely

from dss.arrays import FloatArray, IntArray
from dss.sample.frame.bend import MAP_CRS, Bend, GeometryArray
from dss.sample.names import draw_names, pair_stems
from dss.sample.people.buildings import Buildings

ELDERLY_NEW, ELDERLY_OLD = 0.09, 0.29
"""Share of people aged 65 and over where all housing is new and where all is old."""
CHILDREN_NEW, CHILDREN_OLD = 0.21, 0.11
NEWEST_YEAR, OLDEST_YEAR = 2020, 1965
DISABLED_SHARE: Final = 0.055


def people_by_building(homes: Buildings, persons: int, rng: np.random.Generator) -> FloatArray:
    """Return how many people live in each residential building, not whole, shape (n,).

    Old houses are crowded, new ones not yet filled.
    """
    full = np.interp(homes.year, [1960, 1990, 2010, 2024], [1.5, 1.2, 0.95, 0.5])
    weight = homes.floor_area_m2 * full * rng.uniform(0.9, 1.1, homes.year.size)
    return np.asarray(weight * (persons / weight.sum()))


def census_layer(
    bend: Bend,
    superblocks: GeometryArray,
    homes: tuple[Buildings, IntArray, FloatArray],
    rng: np.random.Generator,
) -> gpd.GeoDataFrame:
    """Return the census units: every superblock where someone lives, with whole numbers of people.

    ``superblocks`` lie on the plan; ``homes`` are residential buildings, the superblock and people of each.
    """
    buildings, superblock, people = homes
    living: FloatArray = np.bincount(superblock, people, superblocks.size).astype(np.float64)
    years: FloatArray = np.bincount(superblock, people * buildings.year, superblocks.size).astype(np.float64)
    persons = whole_numbers(living, round(float(people.sum())))
    kept = persons > 0
    persons, land = persons[kept], bend.bend(superblocks[kept])
    oldness = np.interp(years[kept] / living[kept], [OLDEST_YEAR, NEWEST_YEAR], [1.0, 0.0])
    n = persons.size
    elderly = (ELDERLY_NEW + (ELDERLY_OLD - ELDERLY_NEW) * oldness) * rng.uniform(0.88, 1.12, n)
    children = (CHILDREN_NEW + (CHILDREN_OLD - CHILDREN_NEW) * oldness) * rng.uniform(0.9, 1.1, n)
    table = {
        "XQDM": [f"5099{number:08d}" for number in range(1, n + 1)],
        "XQMC": draw_names(pair_stems(), n, rng, ("社区",)),
        "RKS": persons,
        "LNRK": np.floor(persons * elderly).astype(np.int64),
        "ETRK": np.floor(persons * children).astype(np.int64),
        "CJRK": np.floor(persons * DISABLED_SHARE * rng.uniform(0.7, 1.3, n)).astype(np.int64),
        "MJ": np.round(shapely.area(land)),
    }
    return gpd.GeoDataFrame(table, geometry=land, crs=MAP_CRS)


def whole_numbers(values: FloatArray, total: int) -> IntArray:
    """Round values to whole numbers that add up to the total: the largest remainders are rounded up."""
    floor = np.floor(values).astype(np.int64)
    missing = total - int(floor.sum())
    up = np.argsort(-(values - floor), kind="stable")[:missing]
    floor[up] += 1
    return floor
