"""Answers that maps' cells and plans' cells have in common."""

from typing import Any, Final

import numpy as np
from fastapi import Request, Response

from api.answers import ASK_AGAIN, FOREVER, etag_of, octets, packed, unchanged
from api.cells import TILE_LAYER, Cells
from api.faults import NotFound
from api.service import Service
from api.tiles.cutting import cut_shapes
from api.tiles.encoding import TileLayer, encode_tile
from api.tiles.grid import Tile

OCTETS = "application/octet-stream"


NOTHING_KNOWN: Final[dict[str, Any]] = {
    "min": None,
    "max": None,
    "total": None,
    "missing": None,
    "classes": {},
}
"""What is said of a figure's values to one who may not read them."""


def cells_card(
    request: Request, service: Service, cells: Cells, here: str, sources: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return what there is on cells, and where; ranges of figures that one may not read are left out."""
    version = f"?v={cells.digest}"
    figures = []
    for key, facts in cells.figures.items():
        readable = service.guard.allows(request, facts["sensitivity"])
        shown = facts if readable else {**facts, **NOTHING_KNOWN}
        figures.append({**shown, "readable": readable, "values": f"{here}/values/{key}{version}"})
    return {
        "resolution": cells.resolution,
        "cells": int(cells.cell.size),
        "digest": cells.digest,
        "index": f"{here}/index{version}",
        "tiles": f"{here}/tiles/{{z}}/{{x}}/{{y}}.mvt{version}",
        "tile_layer": TILE_LAYER,
        "bounds": cells.bounds,
        "figures": figures,
        "sources": sources,
    }


def index_answer(request: Request, cells: Cells, version: str | None) -> Response:
    """Return the cells as uint64, little-endian, ascending."""
    return _array(request, cells, "index", version, cells.cell.astype("<u8").tobytes())


def values_answer(
    request: Request, service: Service, cells: Cells, figure: str, version: str | None
) -> Response:
    """Return the values of a figure as float32, little-endian, in the order of the index.

    Raises
    ------
    NotFound
        If there is no such figure.
    Unauthorised
        If its level is above what the request may read.
    """
    if figure not in cells.figures:
        raise NotFound("api_figure", figure=figure, figures=", ".join(cells.figures))
    service.guard.require_level(request, cells.figures[figure]["sensitivity"], figure)
    return _array(request, cells, figure, version, cells.values[figure].astype("<f4").tobytes())


def outline_answer(
    request: Request, service: Service, cells: Cells, tile: Tile, version: str | None
) -> Response:
    """Return the outlines of the cells in a tile; a feature's id is its place in the index.

    Raises
    ------
    NotFound
        If the zoom has no such tile.
    """
    if not tile.exists:
        raise NotFound("api_tile", z=tile.z, x=tile.x, y=tile.y)
    etag = etag_of("outlines", cells.digest, tile.z, tile.x, tile.y)
    same = unchanged(request, etag)
    if same is not None:
        return same
    key = ("outlines", cells.digest, tile.z, tile.x, tile.y)
    content = service.tiles.get(key)
    if content is None:
        content = _draw(cells, tile)
        service.tiles.put(key, content)
    cache = FOREVER if version == cells.digest else ASK_AGAIN
    return octets(content, "application/vnd.mapbox-vector-tile", etag, cache=cache)


def _draw(cells: Cells, tile: Tile) -> bytes:
    table = cells.outlines
    rows = np.sort(table.within(tile.bounds))
    shapes = cut_shapes(table.shapes[rows], tile)
    return encode_tile(tile, [TileLayer(TILE_LAYER, shapes, rows, {})])


def _array(request: Request, cells: Cells, name: str, version: str | None, content: bytes) -> Response:
    etag = etag_of("array", cells.digest, name)
    same = unchanged(request, etag)
    if same is not None:
        return same
    content, headers = packed(request, content)
    cache = FOREVER if version == cells.digest else ASK_AGAIN
    return octets(content, OCTETS, etag, cache=cache, packing=headers)
