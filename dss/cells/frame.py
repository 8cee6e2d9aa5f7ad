"""Cells and what is known of each: persons, or named columns that know where they come from."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from dss.arrays import FloatArray, IntArray, UIntArray
from dss.cells import hexagons

NoteReason = Literal["no_geometry", "not_a_number", "negative", "repaired", "unlivable"]
LEFT_OUT: Final[tuple[NoteReason, ...]] = ("no_geometry", "not_a_number", "negative")
"""Reasons for which a unit's people are not in any cell."""


@dataclass(frozen=True, slots=True)
class UnitNote:
    """Something about the people of a census unit that a reader of the figures must know.

    Parameters
    ----------
    layer
        Key of the population layer.
    unit
        标识码 of the unit, else its row in the layer; empty for the pixels of a raster.
    reason
        ``no_geometry``, ``not_a_number`` and ``negative``: left out. ``repaired``: its outline crossed
        itself.
        ``unlivable``: its land is all water or of uses where nobody is, spread evenly all the same.
    persons
        The unit's people; None where the layer does not say.
    count
        Units or pixels that the note is about.
    """

    layer: str
    unit: str
    reason: NoteReason
    persons: float | None
    count: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class CellFrame:
    """Cells and the persons in them.

    Parameters
    ----------
    cell
        H3 index, shape (n,), ascending, each once.
    resolution
        H3 resolution of every cell.
    persons
        Whole persons, shape (n,).
    x_m, y_m
        Where the cell's people are on average, in the map's projected CRS, shape (n,).
    crs
        That CRS.
    persons_outside
        Persons of the same layers that live outside the studied area.
    sources
        Keys of the layers that the persons come from.
    notes
        What happened to units that could not be used as they are.
    """

    cell: UIntArray
    resolution: int
    persons: IntArray
    x_m: FloatArray
    y_m: FloatArray
    crs: str
    persons_outside: int
    sources: tuple[str, ...]
    notes: tuple[UnitNote, ...] = ()

    def only(self, rows: IntArray) -> "CellFrame":
        """Return some of the cells, by row in ascending order."""
        return replace(
            self, cell=self.cell[rows], persons=self.persons[rows], x_m=self.x_m[rows], y_m=self.y_m[rows]
        )

    @property
    def total_persons(self) -> int:
        """Persons in all cells."""
        return int(self.persons.sum())

    @property
    def units_left_out(self) -> int:
        """Census units or pixels whose people are in no cell."""
        return sum(note.count for note in self.notes if note.reason in LEFT_OUT)

    @property
    def persons_left_out(self) -> int:
        """People of those units, as far as the layer says."""
        return round(sum(note.persons or 0.0 for note in self.notes if note.reason in LEFT_OUT))

    def units_noted(self, reason: NoteReason) -> int:
        """Return how many units have a note of a reason."""
        return sum(note.count for note in self.notes if note.reason == reason)

    def polygons(self) -> gpd.GeoSeries:
        """Return each cell's hexagon in EPSG:4326."""
        return hexagons.polygons(self.cell)


Combine = Literal["sum", "mean", "min", "max", "area_mean"]
"""How a parent gets its value: ``mean`` is weighted by another column, ``area_mean`` by the cells' areas."""


@dataclass(frozen=True, slots=True, eq=False)
class CellColumn:
    """One value for every cell.

    Parameters
    ----------
    value
        Shape (n,).
    unit
        ``persons``, ``m``, ``m2``, ``share``, ``count`` or the unit of the layer's field; empty for codes.
    sources
        Keys of the layers that the values come from.
    combine
        How values become those of a parent; None where they cannot.
    weight
        Column that a ``mean`` is weighted by.
    """

    value: NDArray[Any]
    unit: str
    sources: tuple[str, ...]
    combine: Combine | None = "sum"
    weight: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class CellTable:
    """Cells with named columns.

    Parameters
    ----------
    cell
        H3 index, shape (n,), ascending, each once.
    resolution
        H3 resolution of every cell.
    crs
        Projected CRS in which lengths and areas were measured.
    columns
        By name, each of shape (n,).
    """

    cell: UIntArray
    resolution: int
    crs: str
    columns: Mapping[str, CellColumn]

    def __post_init__(self) -> None:
        assert (np.diff(self.cell) > 0).all() or self.cell.size < 2
        assert all(column.value.shape == self.cell.shape for column in self.columns.values())

    @property
    def sources(self) -> tuple[str, ...]:
        """Keys of the layers that any column comes from."""
        return tuple(dict.fromkeys(key for column in self.columns.values() for key in column.sources))

    def value_of(self, name: str) -> NDArray[Any]:
        """Return a column's values."""
        return self.columns[name].value

    def with_columns(self, more: Mapping[str, CellColumn]) -> "CellTable":
        """Return the table with more columns of the same cells."""
        return CellTable(self.cell, self.resolution, self.crs, {**self.columns, **more})


def people_table(cells: CellFrame, name: str) -> CellTable:
    """Return the persons of cells as a table with one column."""
    column = CellColumn(cells.persons, "persons", cells.sources)
    return CellTable(cells.cell, cells.resolution, cells.crs, {name: column})
