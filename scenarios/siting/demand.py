"""Whom a facility serves: residents by night, persons present by day, or a group that the census counts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, get_args

import numpy as np

from dss import columns as col
from dss.arrays import FloatArray, UIntArray
from dss.cells import CellFrame, People, index_population, place_people, whole_numbers
from dss.errors import InputError
from dss.onemap import OneMap
from dss.standards import StandardsReader

Who = Literal["residents", "day", "children", "school_age", "elderly", "disabled"]
WHO: Final[tuple[Who, ...]] = get_args(Who)
Basis = Literal["counted", "default"]

COUNTED: Final[Mapping[Who, People]] = {
    "day": People(period="day"),
    "children": People(group="children"),
    "elderly": People(group="elderly"),
    "disabled": People(group="disabled"),
}
"""What the census may count beside its residents."""
FIELDS: Final[Mapping[Who, str]] = {
    "day": col.PERSONS_DAY,
    "children": col.CHILDREN_PERSONS,
    "school_age": col.CHILDREN_PERSONS,
    "elderly": col.ELDERLY_PERSONS,
    "disabled": col.DISABLED_PERSONS,
}


@dataclass(frozen=True, slots=True, eq=False)
class Count:
    """Persons of one kind in each cell, and whether the map counts them or a default share stands in."""

    persons: FloatArray
    basis: Basis


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """All kinds of people that are known, in the same cells.

    Parameters
    ----------
    cells
        Every cell where anybody is, by night or by day; ``persons`` are its residents.
    by
        Persons of each kind, shape (n,).
    """

    cells: CellFrame
    by: Mapping[Who, Count]


def count_people(onemap: OneMap, resolution: int, who: Who, standards: StandardsReader) -> Counts:
    """Count the people whom a facility serves, and beside them all others that the census counts.

    Children of a census that does not count them are a default share of the residents; those of school age
    are a default share of the children.

    Raises
    ------
    InputError
        If the map does not count the people asked for, and no share stands in.
    MapError
        If the map has no population.
    """
    cells = index_population(onemap, resolution, standards=standards)
    placed = {
        kind: place_people(onemap, resolution, people=people, standards=standards)
        for kind, people in COUNTED.items()
        if _is_counted(onemap, kind)
    }
    for found in placed.values():
        cells = _with_cells(cells, found.cell, found.x_m, found.y_m)
    by: dict[Who, Count] = {"residents": Count(cells.persons.astype(np.float64), "counted")}
    for kind, found in placed.items():
        sums = np.bincount(np.searchsorted(cells.cell, found.cell), found.persons, cells.cell.size)
        by[kind] = Count(whole_numbers(sums.astype(np.float64)).astype(np.float64), "counted")
    if who in ("children", "school_age"):
        by |= _children(by, standards)
    if who not in by:
        raise InputError("siting_people_uncounted", who=who, field=FIELDS[who])
    return Counts(cells, {kind: by[kind] for kind in WHO if kind in by})


def _is_counted(onemap: OneMap, kind: Who) -> bool:
    """Return whether every population layer counts them."""
    return all(FIELDS[kind] in layer.fields for layer in onemap.require_role("population"))


def _with_cells(cells: CellFrame, cell: UIntArray, x_m: FloatArray, y_m: FloatArray) -> CellFrame:
    """Return the cells and those where nobody lives but somebody is, without residents."""
    more, first = np.unique(cell, return_index=True)
    new = ~np.isin(more, cells.cell)
    if not new.any():
        return cells
    every = np.concatenate([cells.cell, more[new]])
    order = np.argsort(every)
    none = np.zeros(int(new.sum()), dtype=np.int64)
    return replace(
        cells,
        cell=every[order],
        persons=np.concatenate([cells.persons, none])[order],
        x_m=np.concatenate([cells.x_m, x_m[first[new]]])[order],
        y_m=np.concatenate([cells.y_m, y_m[first[new]]])[order],
    )


def _children(by: Mapping[Who, Count], standards: StandardsReader) -> dict[Who, Count]:
    known = by.get("children")
    if known is None:
        share = standards.number("siting.children_share")
        known = Count(whole_numbers(by["residents"].persons * share).astype(np.float64), "default")
    pupils = known.persons * standards.number("siting.school_age_share")
    return {"children": known, "school_age": Count(whole_numbers(pupils).astype(np.float64), "default")}
