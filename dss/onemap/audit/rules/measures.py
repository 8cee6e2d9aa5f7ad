"""Figures of a record that are missing or cannot be: capacity, beds, floors, years, persons, area."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

import numpy as np

from dss import columns as col
from dss.arrays import BoolArray, FloatArray
from dss.onemap.audit.area import geodesic_area_m2
from dss.onemap.audit.city import City
from dss.onemap.audit.hits import RecordHits, rows_where
from dss.onemap.audit.layer import AuditLayer, required_fields
from dss.onemap.audit.rule import AREA, Rule
from dss.onemap.catalogue import Layer

BUILDINGS: Final = frozenset({"buildings", "other_buildings", "building_risk"})
BEDDED: Final = frozenset({"hospitals", "care_homes"})
PEOPLED: Final = frozenset({"population", "population_registered", "population_hourly", "vulnerable"})
LEAST_AREA_PER_PERSON_M2: Final = 0.3
"""Less is no place for a person, whatever the class of the shelter."""
MOST_BEDS: Final = 5000
MOST_FLOORS: Final = 150
EARLIEST_YEAR: Final = 1800
MOST_PERSONS_PER_KM2: Final = 200_000
AREA_SHARE, AREA_M2 = 0.05, 10.0
"""A stated area may differ by the larger of the two."""
DECIMALS: Final = 1

Possible = Callable[[City, AuditLayer, FloatArray], BoolArray]


def find_missing(field: str) -> Callable[[City, Layer], Iterable[RecordHits]]:
    """Return what finds records where a field holds nothing."""

    def find(city: City, layer: Layer) -> Iterable[RecordHits]:
        yield RecordHits(rows_where(city.open(layer).blank(field)))

    return find


def find_impossible(field: str, possible: Possible) -> Callable[[City, Layer], Iterable[RecordHits]]:
    """Return what finds records where a field holds no number, or one that cannot be."""

    def find(city: City, layer: Layer) -> Iterable[RecordHits]:
        found = city.open(layer)
        number = found.numbers(field)
        rows = rows_where(~found.blank(field) & ~possible(city, found, number))
        yield RecordHits(rows, {"value": list(found.words(field)[rows])})

    return find


def _capacity(_city: City, found: AuditLayer, number: FloatArray) -> BoolArray:
    """Places > 0 with room for each on the shelter's effective area, else on its ground."""
    own_m2 = np.where(found.polygonal, geodesic_area_m2(found), np.nan)
    stated_m2 = found.numbers(col.AREA_M2)
    room_m2 = np.where(stated_m2 > 0, stated_m2, own_m2)
    cramped = room_m2 < LEAST_AREA_PER_PERSON_M2 * number
    return np.asarray((number > 0) & ~cramped & np.isfinite(number))


def _beds(_city: City, _found: AuditLayer, number: FloatArray) -> BoolArray:
    return np.asarray((number > 0) & (number <= MOST_BEDS))


def _floors(_city: City, _found: AuditLayer, number: FloatArray) -> BoolArray:
    return np.asarray((number >= 1) & (number <= MOST_FLOORS))


def _year(city: City, _found: AuditLayer, number: FloatArray) -> BoolArray:
    return np.asarray((number >= EARLIEST_YEAR) & (number <= city.today.year))


def find_impossible_persons(city: City, layer: Layer) -> Iterable[RecordHits]:
    """Find numbers of people below 0, denser than anywhere on earth, or smaller than one of their groups."""
    found = city.open(layer)
    persons = found.numbers(col.PERSONS)
    area_km2 = np.where(found.polygonal, geodesic_area_m2(found), np.nan) / 1e6
    crowded = persons > MOST_PERSONS_PER_KM2 * np.maximum(area_km2, 1e-9)
    no_number = ~found.blank(col.PERSONS) & ~np.isfinite(persons)
    wrong = (persons < 0) | no_number | (crowded & found.is_valid)
    for group in (col.ELDERLY_PERSONS, col.CHILDREN_PERSONS, col.DISABLED_PERSONS):
        part = found.numbers(group)
        wrong |= (part < 0) | (part > persons)
    rows = rows_where(wrong)
    yield RecordHits(
        rows,
        {
            "value": [word or "–" for word in found.words(col.PERSONS)[rows]],
            "per_km2": [_density(p, a) for p, a in zip(persons[rows], area_km2[rows], strict=True)],
        },
    )


def _density(persons: float, area_km2: float) -> str:
    return f"{persons / area_km2:,.0f}" if area_km2 > 0 and np.isfinite(persons) else "–"


def find_missing_values(city: City, layer: Layer) -> Iterator[RecordHits]:
    """Find records where a field that the role cannot do without holds nothing."""
    found = city.open(layer)
    land = (col.LANDUSE_CODE,) if layer.role in LAND_ROLES and found.binds(col.LANDUSE_CODE) else ()
    for field in dict.fromkeys((*required_fields(found), *land)):
        rows = rows_where(found.blank(field))
        yield RecordHits(rows, {"field": [layer.fields[field]] * rows.size})


LAND_ROLES: Final = frozenset({"landuse", "residential_land", "landuse_survey", "landuse_planned", "plots"})


def find_area_mismatch(city: City, layer: Layer) -> Iterable[RecordHits]:
    """Find records whose stated area is not the one that their outline has on the ellipsoid.

    A building states its floor area: its outline times its floors.
    """
    found = city.open(layer)
    stated, measured = found.numbers(col.STATED_AREA_M2), geodesic_area_m2(found)
    sound = found.polygonal & found.is_valid & ~found.blank(col.STATED_AREA_M2)
    if layer.role in BUILDINGS:
        floors = found.numbers(col.FLOORS)
        measured = measured * floors
        sound &= _floors(city, found, floors)
    allowed = np.maximum(AREA_SHARE * measured, AREA_M2)
    agrees = np.abs(stated - measured) <= allowed
    rows = rows_where(sound & ~agrees)
    yield RecordHits(
        rows,
        {
            "stated_m2": list(found.words(col.STATED_AREA_M2)[rows]),
            "measured_m2": [round(float(one), DECIMALS) for one in measured[rows]],
        },
    )


SHELTERS: Final = frozenset({"shelters"})
MEASURE_RULES: Final = (
    Rule("AREA_MISMATCH", "warning", find_area_mismatch, kinds=AREA, fields=(col.STATED_AREA_M2,)),
    Rule(
        "CAPACITY_MISSING", "error", find_missing(col.CAPACITY_PERSONS), SHELTERS,
        fields=(col.CAPACITY_PERSONS,),
    ),
    Rule(
        "CAPACITY_IMPOSSIBLE", "error", find_impossible(col.CAPACITY_PERSONS, _capacity), SHELTERS,
        fields=(col.CAPACITY_PERSONS,),
    ),
    Rule("BEDS_MISSING", "error", find_missing(col.BEDS), BEDDED, fields=(col.BEDS,)),
    Rule("BEDS_IMPOSSIBLE", "error", find_impossible(col.BEDS, _beds), BEDDED, fields=(col.BEDS,)),
    Rule("FLOORS_MISSING", "error", find_missing(col.FLOORS), BUILDINGS, fields=(col.FLOORS,)),
    Rule("FLOORS_IMPOSSIBLE", "error", find_impossible(col.FLOORS, _floors), BUILDINGS, fields=(col.FLOORS,)),
    Rule(
        "YEAR_IMPOSSIBLE", "error", find_impossible(col.BUILT_YEAR, _year), BUILDINGS,
        fields=(col.BUILT_YEAR,),
    ),
    Rule("PERSONS_IMPOSSIBLE", "error", find_impossible_persons, PEOPLED, fields=(col.PERSONS,)),
    Rule("VALUE_MISSING", "error", find_missing_values),
)  # fmt: skip
