"""`dss map cells`: bring a layer, or the people of the map, to H3 cells and write them."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from api.commands.map_export import Right, access_log
from api.commands.maps import Json, MapArgument
from api.commands.say import answer_json, say
from dss.cells import CellTable, People, UnitNote, index_population, layer_table, people_table, to_parents
from dss.cells.exporting import write_cells
from dss.errors import InputError
from dss.onemap import OneMap, open_map
from dss.onemap.lineage import Lineage
from dss.onemap.rights import reader_right, require_right
from dss.workspace import default_workspace


class Period(StrEnum):
    """When people are counted."""

    NIGHT = "night"
    DAY = "day"


class Group(StrEnum):
    """Which people are counted."""

    ELDERLY = "elderly"
    CHILDREN = "children"
    DISABLED = "disabled"


class Whole(StrEnum):
    """What keeps whole persons."""

    CELLS = "cells"
    UNITS = "units"


def cells(
    name: MapArgument,
    *,
    out: Annotated[Path, typer.Option("--out", help=say("cells_opt_out"))],
    layer: Annotated[str | None, typer.Option("--layer", help=say("cells_opt_layer"))] = None,
    population: Annotated[bool, typer.Option("--population", help=say("cells_opt_population"))] = False,
    resolution: Annotated[int, typer.Option("--resolution", min=7, max=11, help=say("opt_resolution"))] = 9,
    field: Annotated[str | None, typer.Option("--field", help=say("cells_opt_field"))] = None,
    period: Annotated[Period, typer.Option("--period", help=say("cells_opt_period"))] = Period.NIGHT,
    group: Annotated[Group | None, typer.Option("--group", help=say("cells_opt_group"))] = None,
    whole: Annotated[Whole, typer.Option("--whole", help=say("cells_opt_whole"))] = Whole.CELLS,
    parents: Annotated[
        int | None, typer.Option("--parents", min=0, max=11, help=say("cells_opt_parents"))
    ] = None,
    right: Right = None,
    as_json: Json = False,
) -> None:
    """Bring a layer or the people to cells; refused where a source's level is above one's right."""
    workspace = default_workspace()
    onemap = open_map(workspace.map_folder(name))
    notes: tuple[UnitNote, ...] = ()
    left_out = 0
    if population == (layer is not None):
        raise InputError("cells_choice")
    if layer is not None:
        found = layer_table(onemap, onemap.layer(layer), resolution, field)
        table, left_out = found.table, found.left_out
    else:
        people = People(period.value, None if group is None else group.value, whole.value)
        table, notes = _people(onemap, resolution, people)
    if parents is not None:
        table = to_parents(table, parents)
    # buildings and land that people were spread by count too, though no column names them
    lineage = Lineage.of(onemap, {*table.sources, *(used.key for used in onemap.used)})
    what = f"{onemap.folder.name}/{'+'.join(table.sources)} -> {out}"
    require_right(access_log(workspace), "map cells", what, lineage.sensitivity, reader_right(right))
    write_cells(table, out)
    if as_json:
        answer_json(_facts(table, out, notes, left_out))
    else:
        _tell(table, out, notes, left_out)


def _people(onemap: OneMap, resolution: int, people: People) -> tuple[CellTable, tuple[UnitNote, ...]]:
    frame = index_population(onemap, resolution, people=people)
    return people_table(frame, people.field), frame.notes


def _totals(table: CellTable) -> dict[str, float]:
    """Return the sums of the columns that may be added up."""
    return {
        name: column.value.sum().item()
        for name, column in table.columns.items()
        if column.combine == "sum" and np.issubdtype(column.value.dtype, np.number)
    }


def _facts(table: CellTable, out: Path, notes: tuple[UnitNote, ...], left_out: int) -> dict[str, object]:
    return {
        "file": str(out),
        "cells": table.cell.size,
        "resolution": table.resolution,
        "columns": {
            name: {"unit": column.unit, "sources": list(column.sources)}
            for name, column in table.columns.items()
        },
        "totals": _totals(table),
        "records_left_out": left_out,
        "notes": [
            {
                "layer": note.layer,
                "unit": note.unit,
                "reason": note.reason,
                "persons": note.persons,
                "count": note.count,
            }
            for note in notes
        ],
    }


def _tell(table: CellTable, out: Path, notes: tuple[UnitNote, ...], left_out: int) -> None:
    sources = ", ".join(table.sources)
    typer.echo(
        say(
            "cells_made",
            cells=f"{table.cell.size:,}",
            resolution=table.resolution,
            sources=sources,
            file=out,
        )
    )
    for name, total in _totals(table).items():
        unit = table.columns[name].unit
        typer.echo(say("cells_sum", column=name, total=f"{total:,.0f}", unit=unit).rstrip())
    if left_out:
        typer.echo(say("cells_left_out", count=left_out), err=True)
    for note in notes:
        persons = say("cells_unknown") if note.persons is None else f"{note.persons:,.0f}"
        reason = say(f"cells_{note.reason}")
        unit = note.unit or f"× {note.count}"
        typer.echo(say("cells_note", layer=note.layer, unit=unit, reason=reason, persons=persons), err=True)
