"""Census units as they can be used: counted, with an outline, and a note for each that is not right.

One broken record does not stop the work: it is repaired or left out, and named. A layer in which every fifth
record is broken is not used.
"""

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dss import columns as col
from dss.arrays import BoolArray, FloatArray, IntArray
from dss.cells.frame import NoteReason, UnitNote
from dss.cells.mesh import GeometryArray
from dss.errors import MapError
from dss.onemap import Layer, OneMap, read_vector

MOST_BROKEN: Final = 0.2
"""Share of a layer's records that may be left out for one reason."""


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """Census units with people, and notes on those that are not as they should be.

    Parameters
    ----------
    label
        标识码 of each unit, else its row in the layer, shape (n,).
    persons
        Above 0, shape (n,).
    outline
        Valid polygons in the map's CRS, shape (n,).
    notes
        On units left out or repaired.
    """

    label: tuple[str, ...]
    persons: FloatArray
    outline: GeometryArray
    notes: tuple[UnitNote, ...]


def read_units(onemap: OneMap, layer: Layer, field: str) -> Units:
    """Read the units of a population layer.

    Parameters
    ----------
    field
        Our name of the field that counts the people.

    Raises
    ------
    MapError
        If the layer has no such field, or more than a fifth of its records cannot be used.
    """
    if field not in layer.fields and field not in layer.assumed:
        raise MapError("cells_field", layer=layer.key, field=field)
    frame = read_vector(onemap, layer)
    persons = pd.to_numeric(frame[field], errors="coerce").to_numpy(np.float64)
    outline = np.asarray(frame.geometry.array, dtype=object)
    is_number, counted = np.isfinite(persons), persons > 0
    is_drawn = ~(shapely.is_missing(outline) | shapely.is_empty(outline))
    is_drawn &= np.isfinite(shapely.bounds(outline)).all(axis=1)
    _require_few(layer, persons, is_number, is_drawn)
    kept = counted & is_drawn & is_number
    is_valid = shapely.is_valid(outline)
    notes = [
        *_notes(layer, frame, persons, ~is_number, "not_a_number"),
        *_notes(layer, frame, persons, persons < 0, "negative"),
        *_notes(layer, frame, persons, counted & is_number & ~is_drawn, "no_geometry"),
        *_notes(layer, frame, persons, kept & ~is_valid, "repaired"),
    ]
    return Units(
        tuple(labels(frame, np.flatnonzero(kept))),
        persons[kept],
        polygonal(outline[kept]),
        tuple(notes),
    )


def polygonal(outline: GeometryArray) -> GeometryArray:
    """Return valid polygons of the same area: self-crossing outlines are taken apart.

    Where nothing with an area is left, the shape stays as it is.
    """
    broken = np.flatnonzero(~shapely.is_valid(outline))
    if broken.size == 0:
        return outline
    parts, owner = shapely.get_parts(shapely.make_valid(outline[broken]), return_index=True)
    parts, inner = shapely.get_parts(parts, return_index=True)
    has_area = shapely.area(parts) > 0
    mended, shapes = outline.copy(), outline[broken]
    shapely.multipolygons(parts[has_area], indices=owner[inner][has_area], out=shapes)
    mended[broken] = shapes
    return mended


def labels(frame: gpd.GeoDataFrame, rows: IntArray) -> list[str]:
    """Return the 标识码 of records, else their row."""
    ids = frame[col.RECORD_ID].to_numpy(object)[rows]
    return [str(name) if pd.notna(name) else str(row) for name, row in zip(ids, rows, strict=True)]


def _notes(
    layer: Layer, frame: gpd.GeoDataFrame, persons: FloatArray, where: BoolArray, reason: NoteReason
) -> list[UnitNote]:
    rows = np.flatnonzero(where)
    known = reason in ("no_geometry", "repaired")
    return [
        UnitNote(layer.key, label, reason, float(persons[row]) if known else None)
        for label, row in zip(labels(frame, rows), rows, strict=True)
    ]


def _require_few(layer: Layer, persons: FloatArray, is_number: BoolArray, is_drawn: BoolArray) -> None:
    most = MOST_BROKEN * persons.size
    require_counts(layer, persons, most)
    missing = is_number & (persons > 0) & ~is_drawn
    if missing.sum() > most:
        row = int(np.flatnonzero(missing)[0])
        raise MapError("geometry_missing", layer=layer.key, count=int(missing.sum()), row=row)


def require_counts(layer: Layer, persons: FloatArray, most: float) -> None:
    """Refuse counts of which more than ``most`` are no numbers, or negative; names the first."""
    bad = np.flatnonzero(~np.isfinite(persons))
    if bad.size > most:
        raise MapError("population_nan", layer=layer.key, count=bad.size, row=int(bad[0]))
    bad = np.flatnonzero(persons < 0)
    if bad.size > most:
        raise MapError(
            "population_negative", layer=layer.key, count=bad.size, row=int(bad[0]), value=persons[bad[0]]
        )
