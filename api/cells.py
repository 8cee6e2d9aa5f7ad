"""Figures on cells as octets: those of a map, made once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely

from api.cards import unit_words
from api.classes import class_limits
from api.layers import FeatureTable, dump
from api.maps import digest_of
from api.texts import words_or_key
from dss import columns as col
from dss.arrays import FloatArray, UIntArray
from dss.cells import FIELD_OF_GROUP, CellTable, People, index_population, layer_table, people_table
from dss.cells.hexagons import polygons
from dss.errors import MapError
from dss.onemap import Layer, OneMap, open_map
from dss.onemap.lineage import Lineage

TILE_LAYER: Final = "cells"
CELL_BYTES: Final = 600
FACTS: Final = "facts.json"
INDEX: Final = "index.bin"
LAYER_ROLES: Final = (
    "buildings", "other_buildings", "roads", "shelters", "hospitals", "schools", "fire_stations",
    "care_homes", "depots", "hazmat", "parks", "water", "flood_depth", "geohazards", "waterlogging",
)  # fmt: skip
"""Roles whose layers are shown on cells beside the people."""
SHOWN_COLUMNS: Final = {"point": "count", "line": "length_m", "polygon": "share", "raster": "mean"}


@dataclass(frozen=True, eq=False)
class Cells:
    """Cells and the figures on them.

    Parameters
    ----------
    digest
        What tells one content from another.
    cell
        H3 index, ascending, shape (n,).
    figures
        What is known of each figure by its key.
    values
        Values by key, each of shape (n,), NaN for none.
    """

    digest: str
    resolution: int
    cell: UIntArray
    figures: Mapping[str, dict[str, Any]]
    values: Mapping[str, FloatArray]

    @cached_property
    def size_bytes(self) -> int:
        """About how much memory it takes, outlines included."""
        return int(self.cell.size) * (CELL_BYTES + 8 * len(self.values))

    @cached_property
    def outlines(self) -> FeatureTable:
        """The hexagons as features: number 1 is the first of the index."""
        shapes = np.asarray(polygons(self.cell).array, dtype=object)
        return FeatureTable(self.digest, shapes, {}, ())

    @cached_property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north in degrees; None where there are no cells."""
        if not self.cell.size:
            return None
        west, south, east, north = shapely.total_bounds(self.outlines.shapes)
        return float(west), float(south), float(east), float(north)


def cells_name(onemap: OneMap, resolution: int) -> str:
    """Return the name under which the cells of a map are kept."""
    return f"cells-{digest_of(onemap)}-{resolution}"


def make_cells(target: Path, folder: Path, resolution: int) -> None:
    """Bring the people and the layers that matter to cells and write them; called in another process."""
    onemap = open_map(folder)
    found = [*_people(onemap, resolution), *_layers(onemap, resolution)]
    cell = np.unique(np.concatenate([one.table.cell for one in found]))
    target.mkdir()
    (target / INDEX).write_bytes(cell.astype("<u8").tobytes())
    facts = {}
    for one in found:
        column = one.table.columns[one.column]
        values = np.full(cell.size, 0.0 if column.combine == "sum" else np.nan)
        values[np.searchsorted(cell, one.table.cell)] = column.value
        (target / f"{one.key}.bin").write_bytes(values.astype("<f4").tobytes())
        facts[one.key] = _facts(one, values, column.unit, is_sum=column.combine == "sum")
    (target / FACTS).write_text(dump(facts), encoding="utf-8")


def read_cells_folder(folder: Path, resolution: int) -> Cells:
    """Read what ``make_cells`` wrote."""
    facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    values = {key: np.fromfile(folder / f"{key}.bin", dtype="<f4").astype(np.float64) for key in facts}
    cell = np.fromfile(folder / INDEX, dtype="<u8").astype(np.uint64)
    return Cells(folder.name, resolution, cell, facts, values)


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """A column of a table of cells, under a key, and where it comes from."""

    key: str
    title: dict[str, str]
    table: CellTable
    column: str
    lineage: Lineage


def _people(onemap: OneMap, resolution: int) -> list[_Found]:
    fields = {name for layer in onemap.role("population") for name in layer.fields}
    wanted = [People()]
    wanted += [People(period="day")] if col.PERSONS_DAY in fields else []
    wanted += [People(group=group) for group, field in FIELD_OF_GROUP.items() if field in fields]  # type: ignore[arg-type]
    found = []
    for people in wanted:
        try:
            asked = onemap.afresh()
            table = people_table(index_population(asked, resolution, people=people), people.field)
        except MapError:  # a layer of several lacks the field, or nobody is counted
            continue
        # buildings and land that people were spread by count too
        lineage = Lineage.of(onemap, dict.fromkeys([*table.sources, *(used.key for used in asked.used)]))
        found.append(
            _Found(people.field, words_or_key("api", f"cell_{people.field}"), table, people.field, lineage)
        )
    return found


def _layers(onemap: OneMap, resolution: int) -> list[_Found]:
    found = []
    for layer in onemap.layers:
        if layer.role in LAYER_ROLES:
            try:
                table = layer_table(onemap, layer, resolution).table
            except MapError:  # nothing of it has a place
                continue
            column = SHOWN_COLUMNS[layer.kind]
            found.append(
                _Found(
                    f"{layer.key}.{column}",
                    _title(layer, column),
                    table,
                    column,
                    Lineage.of(onemap, [layer.key]),
                )
            )
    return found


def _title(layer: Layer, column: str) -> dict[str, str]:
    shown = words_or_key("api", f"cell_{column}")
    return {"zh": f"{layer.title.zh}：{shown['zh']}", "en": f"{layer.title.en}: {shown['en']}"}


def _facts(one: _Found, values: FloatArray, unit: str, *, is_sum: bool) -> dict[str, Any]:
    return {
        "key": one.key,
        "title": one.title,
        **range_of(values, unit, is_sum=is_sum),
        **lineage_facts(one.lineage),
        "source_records": [source.as_record() for source in one.lineage.sources],
    }


def range_of(values: FloatArray, unit: str, *, is_sum: bool) -> dict[str, Any]:
    """Return the range, the total and the classes of a figure."""
    known = values[np.isfinite(values)]
    return {
        "unit": unit,
        "unit_title": unit_words(unit),
        "min": float(known.min()) if known.size else None,
        "max": float(known.max()) if known.size else None,
        "total": float(known.sum()) if is_sum else None,
        "missing": int(values.size - known.size),
        "classes": class_limits(values[values > 0] if is_sum else values),
    }


def lineage_facts(lineage: Lineage) -> dict[str, Any]:
    """Return the sources of a figure, its level, its oldest source and its status."""
    statuses = {source.status for source in lineage.sources}
    order = ("generated", "assumed", "delivered")
    return {**lineage.as_record(), "status": next((one for one in order if one in statuses), "delivered")}
