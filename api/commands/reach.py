"""`dss map reach`: where one gets from a place within a time."""

from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from api.commands.maps import Json, MapArgument
from api.commands.say import answer_json, say
from dss.errors import InputError
from dss.isochrones import ReachLimits, reach
from dss.onemap import open_map
from dss.roads import build_roads
from dss.standards import StandardsReader
from dss.trips import open_router
from dss.workspace import default_workspace


def reach_from(
    name: MapArgument,
    *,
    place: Annotated[str, typer.Option("--from", metavar="LNG,LAT", help=say("opt_from"))],
    minutes: Annotated[float, typer.Option("--minutes", min=0.1, max=600, help=say("opt_minutes"))] = 15.0,
    mode: Annotated[str, typer.Option("--mode", help=say("opt_mode"))] = "walk",
    resolution: Annotated[int, typer.Option("--resolution", min=7, max=11, help=say("opt_resolution"))] = 9,
    out: Annotated[Path | None, typer.Option("--out", help=say("opt_reach_out"))] = None,
    as_json: Json = False,
) -> None:
    """Say which cells are reached, and write them as a GeoPackage where asked."""
    onemap = open_map(default_workspace().map_folder(name))
    roads = build_roads(onemap, StandardsReader())
    if mode not in ("walk", "drive"):
        raise InputError("reach_mode", mode=mode)
    edge_s = roads.walk_s if mode == "walk" else roads.drive_s
    router = open_router(roads.network, onemap.folder).customise(edge_s)
    limits = ReachLimits(time_s=minutes * 60, resolution=resolution)
    cells = reach(roads, router, edge_s, _degrees(place), limits).polygons()
    if out is not None:
        cells.to_file(out, layer="reach", driver="GPKG")
    if as_json:
        answer_json(cells.drop(columns="geometry").to_dict("records"))
    else:
        typer.echo(say("reached", cells=f"{len(cells):,}", minutes=f"{minutes:g}"))


def _degrees(place: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    try:
        lng, lat = (float(part) for part in place.split(","))
    except ValueError as error:
        raise InputError("degrees", value=place) from error
    if not (abs(lng) <= 180 and abs(lat) <= 90):
        raise InputError("degrees", value=place)
    return np.array([lng, lat])
