"""Cells of a map: people and layers on the hexagons of H3."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from api.cell_answers import OCTETS, cells_card, index_answer, outline_answer, values_answer
from api.cells import Cells, cells_name, make_cells, read_cells_folder
from api.parts import Parts, Version, binary
from api.routes.tiles import MVT
from api.schemas.cells import Cells as CellsAnswer
from api.schemas.shared import FigureName, MapName, TileNumber, Zoom
from api.service import Service
from api.tiles.grid import Tile

router = APIRouter(tags=["maps"])
Resolution = Annotated[int, Path(ge=7, le=11, examples=[9])]


@router.get("/api/maps/{map}/cells/{resolution}", response_model=CellsAnswer, summary="格网指标 · cells")
def describe_cells(request: Request, service: Parts, map: MapName, resolution: Resolution) -> dict[str, Any]:
    """Return which figures there are on cells, with classes, units and sources. The first call makes them.

    Ranges of figures that one may not read are left out.
    """
    cells = open_cells(service, map, resolution)
    records = {
        source["key"]: source for facts in cells.figures.values() for source in facts["source_records"]
    }
    here = f"/api/maps/{map}/cells/{resolution}"
    return cells_card(request, service, cells, here, list(records.values()))


@router.get(
    "/api/maps/{map}/cells/{resolution}/index",
    response_class=Response,
    responses=binary(OCTETS),
    summary="格网编号 · index",
)
def show_index(
    request: Request, service: Parts, map: MapName, resolution: Resolution, v: Version = None
) -> Response:
    """Return the cells: uint64, little-endian, ascending."""
    return index_answer(request, open_cells(service, map, resolution), v)


@router.get(
    "/api/maps/{map}/cells/{resolution}/values/{figure}",
    response_class=Response,
    responses=binary(OCTETS),
    summary="格网数值 · values",
)
def show_values(
    request: Request,
    service: Parts,
    map: MapName,
    resolution: Resolution,
    figure: FigureName,
    *,
    v: Version = None,
) -> Response:
    """Return the values of a figure: float32, little-endian, in the order of the index, NaN for none."""
    return values_answer(request, service, open_cells(service, map, resolution), figure, v)


@router.get(
    "/api/maps/{map}/cells/{resolution}/tiles/{z}/{x}/{y}.mvt",
    response_class=Response,
    responses=binary(MVT),
    summary="格网轮廓切片 · outlines",
)
def show_outlines(
    request: Request,
    service: Parts,
    map: MapName,
    resolution: Resolution,
    z: Zoom,
    x: TileNumber,
    y: TileNumber,
    *,
    v: Version = None,
) -> Response:
    """Return the outlines of the cells as a vector tile; a feature's id is its place in the index, from 0."""
    return outline_answer(request, service, open_cells(service, map, resolution), Tile(z, x, y), v)


def open_cells(service: Service, map: str, resolution: int) -> Cells:
    """Return the cells of a map; makes them where there are none."""
    onemap = service.maps.open(map)
    name = cells_name(onemap, resolution)
    folder = service.builder.made(name, make_cells, onemap.folder, resolution)
    return service.cells.get(name, lambda: read_cells_folder(folder, resolution))
