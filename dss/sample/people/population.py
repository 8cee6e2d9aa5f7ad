"""People by census unit: by night they follow the floor area of housing, by day that of work and schools.

Index names: ``f`` face of the city (census unit), ``k`` building.
"""

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import shapely

from dss.arrays import FloatArray, IntArray
from dss.sample.frame.bend import MAP_CRS
from dss.sample.land import uses as use
from dss.sample.land.uses import Codes
from dss.sample.names import Names
from dss.sample.people.buildings import Buildings
from dss.sample.units.faces import Faces

ELDERLY_NEW, ELDERLY_OLD = 0.09, 0.29
"""Share of people aged 65 and over where all housing is new and where all is old."""
CHILDREN_NEW, CHILDREN_OLD = 0.21, 0.11
NEWEST_YEAR, OLDEST_YEAR = 2020, 1965
DISABLED_SHARE: Final = 0.055
AWAY_BY_DAY: Final = 0.56
"""Share of people who work or learn somewhere else in the city by day."""
FLOOR_PER_PERSON_M2: Final = {
    use.SERVICES: 40, use.OFFICES: 22, use.RESEARCH: 30, use.CULTURE: 60, use.UNIVERSITY: 14, use.SCHOOL: 7,
    use.SPORT: 90, use.HOSPITAL: 25, use.CARE: 45, use.SHOPS: 30, use.BUSINESS: 18, use.WORKS: 55,
    use.STORAGE: 220, use.SUPPLY: 120, use.STATION: 60,
}  # fmt: skip
"""Floor for each person who is there by day, by land use; an invented city's own habit, no standard."""


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """The people of each face, whole numbers, shape (n faces,) each."""

    persons: IntArray
    persons_day: IntArray
    elderly: IntArray
    children: IntArray
    disabled: IntArray

    def by(self, group: IntArray) -> "People":
        """Return the people of groups of faces, shape (n groups,) each."""
        count = int(group.max()) + 1
        sums = (
            np.bincount(group, values, count).astype(np.int64)
            for values in (self.persons, self.persons_day, self.elderly, self.children, self.disabled)
        )
        return People(*sums)

    def table(self) -> dict[str, IntArray]:
        """Return the columns of a layer of people."""
        return {
            "RKS": self.persons,
            "BTRKS": self.persons_day,
            "LNRK": self.elderly,
            "ETRK": self.children,
            "CJRK": self.disabled,
        }


def people_by_building(homes: Buildings, persons: int, rng: np.random.Generator) -> FloatArray:
    """Return how many people live in each residential building, not whole, shape (n,).

    Old houses are crowded, new ones not yet filled.
    """
    full = np.interp(homes.year, [1960, 1990, 2010, 2024], [1.5, 1.2, 0.95, 0.5])
    weight = homes.floor_area_m2 * full * rng.uniform(0.9, 1.1, homes.year.size)
    return np.asarray(weight * (persons / weight.sum()))


def count_people(
    faces: Faces,
    homes: tuple[Buildings, IntArray, FloatArray],
    places: tuple[Buildings, IntArray, Codes],
    rng: np.random.Generator,
) -> People:
    """Count the people of each face.

    ``homes`` are residential buildings, the face and people of each; ``places`` are the other buildings, the
    face and land use of each.
    """
    buildings, home_face, living = homes
    n = faces.shape.size
    persons_f: FloatArray = np.bincount(home_face, living, n).astype(np.float64)
    years: FloatArray = np.bincount(home_face, living * buildings.year, n).astype(np.float64)
    total = round(float(living.sum()))
    persons = whole_numbers(persons_f, total)
    mean_year = np.divide(years, persons_f, out=np.full(n, float(NEWEST_YEAR)), where=persons_f > 0)
    oldness = np.interp(mean_year, [OLDEST_YEAR, NEWEST_YEAR], [1.0, 0.0])
    elderly = (ELDERLY_NEW + (ELDERLY_OLD - ELDERLY_NEW) * oldness) * rng.uniform(0.88, 1.12, n)
    children = (CHILDREN_NEW + (CHILDREN_OLD - CHILDREN_NEW) * oldness) * rng.uniform(0.9, 1.1, n)
    disabled = DISABLED_SHARE * rng.uniform(0.7, 1.3, n)
    return People(
        persons,
        _by_day(persons, _jobs(places, n), total),
        *(np.floor(persons * share).astype(np.int64) for share in (elderly, children, disabled)),
    )


def _jobs(places: tuple[Buildings, IntArray, Codes], n: int) -> FloatArray:
    buildings, face, code = places
    floor_m2 = np.array([FLOOR_PER_PERSON_M2.get(one, np.inf) for one in code], dtype=np.float64)
    jobs: FloatArray = np.bincount(face, buildings.floor_area_m2 / floor_m2, n).astype(np.float64)
    return jobs


def _by_day(persons: IntArray, jobs: FloatArray, total: int) -> IntArray:
    """Return who is in each face by day: nobody leaves the city, so the total is that of the night."""
    if jobs.sum() == 0:
        return persons
    leaving = AWAY_BY_DAY * total
    return whole_numbers(persons * (1 - AWAY_BY_DAY) + jobs * (leaving / jobs.sum()), total)


def census_layer(faces: Faces, people: People, code: Names, name: Names) -> gpd.GeoDataFrame:
    """Return the census units: every face, those without anyone too; ``code`` and ``name`` of each."""
    table = {
        "XQDM": code,
        "XQMC": name,
        **people.table(),
        "MJ": np.round(shapely.area(faces.shape)),
    }
    return gpd.GeoDataFrame(table, geometry=faces.shape, crs=MAP_CRS)


def whole_numbers(values: FloatArray, total: int) -> IntArray:
    """Round values to whole numbers that add up to the total: the largest remainders are rounded up."""
    floor = np.floor(values).astype(np.int64)
    missing = total - int(floor.sum())
    up = np.argsort(-(values - floor), kind="stable")[:missing]
    floor[up] += 1
    return floor
