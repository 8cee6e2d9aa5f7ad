"""Who lives, or is, in which cell.

Persons before equal persons after: every layer's total is kept, whole persons are handed out, and what cannot
be used is named. Census units are spread over what stands in them (``weights.py``); raster pixels go to the
cell of their centre.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from dss import columns as col
from dss.arrays import BoolArray, FloatArray, IntArray, UIntArray
from dss.cells.frame import CellFrame, NoteReason, UnitNote
from dss.cells.planes import metres_of
from dss.cells.points import cells_of
from dss.cells.units import MOST_BROKEN, read_units, require_counts
from dss.cells.weights import Period, spread_units
from dss.cells.whole import whole_numbers
from dss.errors import MapError
from dss.onemap import Layer, OneMap, read_raster_points
from dss.standards import StandardsReader

Group = Literal["elderly", "children", "disabled"]
Whole = Literal["cells", "units"]

FIELD_OF_GROUP: Final = {
    "elderly": col.ELDERLY_PERSONS,
    "children": col.CHILDREN_PERSONS,
    "disabled": col.DISABLED_PERSONS,
}
UNIT: Final = "unit"
KEYS: Final = [UNIT, col.CELL, "is_inside"]


@dataclass(frozen=True, slots=True)
class People:
    """Which people are counted, and what stays whole.

    Parameters
    ----------
    period
        ``night``: residents where they live. ``day``: persons present by day, where they are then.
    group
        One group of the residents; None for all people.
    whole
        ``cells``: running totals over the cells are rounded, so that every run of neighbouring cells keeps
        its sum to within one. ``units``: running totals over the cells of each unit, so that a unit with a
        whole count keeps it exactly, at the price of a little more rounding in a cell that many units share.

    Raises
    ------
    MapError
        If a group is asked for by day: the census counts groups where they live.
    """

    period: Period = "night"
    group: Group | None = None
    whole: Whole = "cells"

    def __post_init__(self) -> None:
        if self.group is not None and self.period == "day":
            raise MapError("cells_group_by_day", group=self.group)

    @property
    def field(self) -> str:
        """Our name of the field of the population layers that counts them."""
        if self.group is not None:
            return FIELD_OF_GROUP[self.group]
        return col.PERSONS if self.period == "night" else col.PERSONS_DAY


RESIDENTS: Final = People()


@dataclass(frozen=True, slots=True, eq=False)
class PlacedPeople:
    """People of every unit in every cell, not yet added up: one row per unit and cell, by unit, then cell.

    Parameters
    ----------
    unit
        Place in ``labels``, shape (k,).
    cell
        H3 index, shape (k,).
    persons
        Whole if the query asked for whole units, shape (k,).
    is_inside
        In the studied area, shape (k,).
    x_m, y_m
        Where they are on average, shape (k,).
    labels
        Layer and 标识码 (else row) of each unit; a raster is one unit.
    notes
        On units left out or repaired.
    """

    unit: IntArray
    cell: UIntArray
    persons: FloatArray
    is_inside: BoolArray
    x_m: FloatArray
    y_m: FloatArray
    labels: tuple[tuple[str, str], ...]
    notes: tuple[UnitNote, ...]

    def by_unit(self) -> FloatArray:
        """Return the persons of each unit, shape (n units,)."""
        return np.bincount(self.unit, self.persons, len(self.labels)).astype(np.float64)


def index_population(
    onemap: OneMap,
    resolution: int,
    area: BaseGeometry | None = None,
    *,
    people: People = RESIDENTS,
    standards: StandardsReader | None = None,
) -> CellFrame:
    """Count the persons of every cell from the map's population layers.

    Parameters
    ----------
    resolution
        H3 resolution, 7 to 11.
    area
        The studied area in the map's CRS; None for the whole map. Persons outside are counted apart.
    people
        Which people; residents by night unless said.
    standards
        Where the weights are read from; remembers which were.

    Raises
    ------
    MapError
        If the map has no population or not the field asked for, nobody lives in the area, or more than a
        fifth of a layer's records cannot be used.
    """
    layers = onemap.require_role("population")
    placed = place_people(onemap, resolution, area, people=people, standards=standards)
    inside = placed.is_inside
    if round(placed.persons[inside].sum()) == 0:
        raise MapError("nobody_in_area", layers=", ".join(layer.key for layer in layers))
    cell, place = np.unique(placed.cell[inside], return_inverse=True)
    sums = np.bincount(place, placed.persons[inside], cell.size).astype(np.float64)
    weight = placed.persons[inside] / np.where(sums > 0, sums, 1.0)[place]
    persons = whole_numbers(sums)
    peopled = sums > 0
    return CellFrame(
        cell=cell[peopled],
        resolution=resolution,
        persons=persons[peopled],
        x_m=np.bincount(place, weight * placed.x_m[inside], cell.size).astype(np.float64)[peopled],
        y_m=np.bincount(place, weight * placed.y_m[inside], cell.size).astype(np.float64)[peopled],
        crs=onemap.crs,
        persons_outside=round(placed.persons.sum()) - int(persons.sum()),
        sources=tuple(layer.key for layer in layers),
        notes=placed.notes,
    )


def place_people(
    onemap: OneMap,
    resolution: int,
    area: BaseGeometry | None = None,
    *,
    people: People = RESIDENTS,
    standards: StandardsReader | None = None,
) -> PlacedPeople:
    """Place the persons of every census unit in cells; arguments and errors as in ``index_population``."""
    reader = standards or StandardsReader()
    parts: list[pd.DataFrame] = []
    labels: list[tuple[str, str]] = []
    notes: list[UnitNote] = []
    add_up = partial(_by_unit_and_cell, crs=onemap.crs, resolution=resolution, area=area)
    for layer in onemap.require_role("population"):
        if layer.kind == "raster":
            found, names, said = _pixels(onemap, layer, people, add_up)
        else:
            found, names, said = _units(onemap, layer, people, reader)
            found = add_up(found)
        parts.append(found.assign(unit=found[UNIT] + len(labels)))
        labels += [(layer.key, name) for name in names]
        notes += said
    rows = pd.concat(parts, ignore_index=True).groupby(KEYS, as_index=False, sort=True).sum()
    rows = rows[rows[col.PERSONS] > 0]
    amounts = rows[col.PERSONS].to_numpy(np.float64)
    persons = whole_numbers(amounts).astype(np.float64) if people.whole == "units" else amounts
    return PlacedPeople(
        unit=rows[UNIT].to_numpy(np.int64),
        cell=rows[col.CELL].to_numpy(np.uint64),
        persons=persons,
        is_inside=rows["is_inside"].to_numpy(np.bool_),
        x_m=rows["x_m"].to_numpy(np.float64) / amounts,
        y_m=rows["y_m"].to_numpy(np.float64) / amounts,
        labels=tuple(labels),
        notes=tuple(notes),
    )


def people_points(
    onemap: OneMap, layer: Layer, people: People = RESIDENTS, standards: StandardsReader | None = None
) -> pd.DataFrame:
    """Return points with persons that together hold a population layer's total: lng_deg, lat_deg, persons."""
    if layer.kind == "raster":
        found, _, _ = _pixels(onemap, layer, people, lambda points: points)
    else:
        found, _, _ = _units(onemap, layer, people, standards or StandardsReader())
    return found.drop(columns=UNIT)


def _by_unit_and_cell(
    points: pd.DataFrame, crs: str, resolution: int, area: BaseGeometry | None
) -> pd.DataFrame:
    """Add points up by unit and cell; ``x_m`` and ``y_m`` are then sums weighted by persons."""
    lng_deg, lat_deg = points["lng_deg"].to_numpy(), points["lat_deg"].to_numpy()
    x_m, y_m = metres_of(lng_deg, lat_deg, crs)
    persons = points[col.PERSONS].to_numpy(np.float64)
    rows = pd.DataFrame(
        {
            UNIT: points[UNIT].to_numpy(np.int64),
            col.CELL: cells_of(lng_deg, lat_deg, resolution),
            "is_inside": _inside(x_m, y_m, area),
            col.PERSONS: persons,
            "x_m": x_m * persons,
            "y_m": y_m * persons,
        }
    )
    return rows.groupby(KEYS, as_index=False, sort=True).sum()


def _inside(x_m: FloatArray, y_m: FloatArray, area: BaseGeometry | None) -> BoolArray:
    if area is None:
        return np.ones(x_m.size, dtype=np.bool_)
    shapely.prepare(area)
    return np.asarray(shapely.contains_xy(area, x_m, y_m))


def _units(
    onemap: OneMap, layer: Layer, people: People, standards: StandardsReader
) -> tuple[pd.DataFrame, list[str], list[UnitNote]]:
    units = read_units(onemap, layer, people.field)
    spread = spread_units(onemap, units.outline, people.period, standards)
    points = pd.DataFrame(
        {
            UNIT: spread.unit,
            "lng_deg": spread.lng_deg,
            "lat_deg": spread.lat_deg,
            col.PERSONS: units.persons[spread.unit] * spread.share,
        }
    )
    unlivable = [
        UnitNote(layer.key, units.label[u], "unlivable", float(units.persons[u])) for u in spread.unlivable
    ]
    return points, list(units.label), [*units.notes, *unlivable]


def _pixels(
    onemap: OneMap, layer: Layer, people: People, add_up: Callable[[pd.DataFrame], pd.DataFrame]
) -> tuple[pd.DataFrame, list[str], list[UnitNote]]:
    """Read a raster strip by strip, each added up by cell at once: memory grows with the cells."""
    if people.field != col.PERSONS:
        raise MapError("cells_field", layer=layer.key, field=people.field)
    strips, broken = [], [np.zeros(0)]
    for lng_deg, lat_deg, persons in read_raster_points(onemap, layer):
        usable = np.isfinite(persons) & (persons >= 0)
        broken.append(persons[~usable])
        peopled = usable & (persons > 0)
        strip = {"lng_deg": lng_deg[peopled], "lat_deg": lat_deg[peopled], col.PERSONS: persons[peopled]}
        strips.append(add_up(pd.DataFrame({UNIT: np.zeros(int(peopled.sum()), np.int64), **strip})))
    return pd.concat(strips, ignore_index=True), [""], _pixel_notes(layer, np.concatenate(broken))


def _pixel_notes(layer: Layer, broken: FloatArray) -> list[UnitNote]:
    require_counts(layer, broken, MOST_BROKEN * layer.records)
    negative = int((broken < 0).sum())
    counts: dict[NoteReason, int] = {"not_a_number": broken.size - negative, "negative": negative}
    return [UnitNote(layer.key, "", reason, None, count) for reason, count in counts.items() if count]
