"""Plans: figures, layers, cells, reports and files of runs that are over."""

from typing import Annotated, Any

import pyarrow.parquet as pq
from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import FileResponse

from api.answers import etag_of, octets, pack, takes_gzip, unchanged
from api.cell_answers import OCTETS, cells_card, index_answer, outline_answer, values_answer
from api.cells import Cells
from api.faults import NotFound
from api.layers import FeatureTable
from api.paging import GEOJSON
from api.parts import Lang, Parts, Version, binary
from api.plan_cells import plan_cells
from api.plans import FILES, plan_figures, read_plan, read_plan_for
from api.reader import asked_language
from api.reading import column_level, open_plan_layer, plan_level
from api.routes.tiles import MVT
from api.schemas.cells import Cells as CellsAnswer
from api.schemas.runs import PlanLayers, RunFigures
from api.schemas.shared import FigureName, LayerName, RunName, TileNumber, Zoom
from api.service import Service
from api.texts import words_or_key
from api.tiles.grid import Tile
from dss import columns as col

router = APIRouter(tags=["runs"])
FileName = Annotated[str, Path(pattern=r"^[a-z_]{1,40}(\.[a-z]{2})?\.[a-z0-9]{2,7}$", examples=["plan.gpkg"])]


@router.get("/api/runs/{run}/figures", response_model=RunFigures, summary="指标 · figures")
def show_figures(request: Request, service: Parts, run: RunName) -> dict[str, Any]:
    """Return the figures of a plan with unit and sources, and its proven gap in plain words."""
    _, manifest = read_plan_for(service, request, run)
    return plan_figures(run, manifest)


@router.get("/api/runs/{run}/layers", response_model=PlanLayers, summary="方案图层 · layers")
def list_plan_layers(request: Request, service: Parts, run: RunName) -> dict[str, Any]:
    """Return the layers of a plan."""
    folder, manifest = read_plan(service, run)
    layers = []
    for key, columns in manifest["columns"].items():
        level = plan_level(manifest, key)
        count = pq.read_metadata(folder / f"{key}.parquet").num_rows
        layers.append(
            {
                "key": key,
                "title": words_or_key("api", f"layer_{key}"),
                "features": count if service.guard.allows(request, level) else None,
                "columns": list(columns),
                "sensitivity": level,
                "href": f"/api/runs/{run}/layers/{key}",
            }
        )
    return {"run": run, "layers": layers}


@router.get(
    "/api/runs/{run}/layers/{layer}",
    response_class=Response,
    responses={200: {"content": {GEOJSON: {"schema": {"type": "object"}}}}},
    summary="方案图层数据 · a layer",
)
def show_plan_layer(
    request: Request, service: Parts, run: RunName, layer: LayerName, v: Version = None
) -> Response:
    """Return a layer of a plan as GeoJSON: WGS 84, six decimals."""
    del v
    table = open_plan_layer(service, request, run, layer)
    return whole_layer(request, service, table, ("geojson", run, layer, table.digest))


@router.get("/api/runs/{run}/cells", response_model=CellsAnswer, summary="方案格网指标 · cells")
def describe_plan_cells(request: Request, service: Parts, run: RunName) -> dict[str, Any]:
    """Return which figures the plan has on cells; ranges of those that one may not read are left out."""
    _, manifest = read_plan(service, run)
    cells, here = open_plan_cells(service, request, run), f"/api/runs/{run}/cells"
    return cells_card(request, service, cells, here, manifest["sources"])


@router.get(
    "/api/runs/{run}/cells/index",
    response_class=Response,
    responses=binary(OCTETS),
    summary="格网编号 · index",
)
def show_plan_index(request: Request, service: Parts, run: RunName, v: Version = None) -> Response:
    """Return the cells: uint64, little-endian, ascending."""
    return index_answer(request, open_plan_cells(service, request, run), v)


@router.get(
    "/api/runs/{run}/cells/values/{figure}",
    response_class=Response,
    responses=binary(OCTETS),
    summary="格网数值 · values",
)
def show_plan_values(
    request: Request, service: Parts, run: RunName, figure: FigureName, v: Version = None
) -> Response:
    """Return the values of a figure: float32, little-endian, in the order of the index, NaN for none."""
    return values_answer(request, service, open_plan_cells(service, request, run), figure, v)


@router.get(
    "/api/runs/{run}/cells/tiles/{z}/{x}/{y}.mvt",
    response_class=Response,
    responses=binary(MVT),
    summary="格网轮廓切片 · outlines",
)
def show_plan_outlines(
    request: Request,
    service: Parts,
    run: RunName,
    z: Zoom,
    x: TileNumber,
    y: TileNumber,
    *,
    v: Version = None,
) -> Response:
    """Return the outlines of the plan's cells; a feature's id is its place in the index, from 0."""
    return outline_answer(request, service, open_plan_cells(service, request, run), Tile(z, x, y), v)


@router.get(
    "/api/runs/{run}/report",
    response_class=FileResponse,
    responses={200: {"content": {"text/html": {"schema": {"type": "string"}}}}},
    summary="报告 · report",
)
def show_report(request: Request, service: Parts, run: RunName, *, lang: Lang = None) -> FileResponse:
    """Return the report of a run, whole in one page."""
    del lang
    return run_file(request, service, run, f"report.{asked_language(request)}.html")


@router.get(
    "/api/runs/{run}/files/{name}",
    response_class=FileResponse,
    responses=binary("application/octet-stream"),
    summary="成果文件 · a file",
)
def show_file(request: Request, service: Parts, run: RunName, name: FileName) -> FileResponse:
    """Return a file of a run: report, maps, GeoPackage, scenario, manifest."""
    return run_file(request, service, run, name)


def run_file(request: Request, service: Service, run: str, name: str) -> FileResponse:
    """Return a file of a run; no other can be named."""
    folder, _ = read_plan_for(service, request, run)
    if name not in FILES or not (folder / name).is_file():
        raise NotFound("api_file", name=name, run=run, files=", ".join(FILES))
    return FileResponse(folder / name, media_type=FILES[name], headers={"Cache-Control": "private, no-cache"})


def open_plan_cells(service: Service, request: Request, run: str) -> Cells:
    """Return the cells of a plan; which cells there are says where people live.

    Raises
    ------
    Unauthorised
        If the request may not read the layers of people behind them.
    """
    folder, manifest = read_plan(service, run)
    level = column_level(manifest, "cells", [col.PERSONS])
    service.guard.require_level(request, level, f"{run}/cells")
    digest = manifest["files"]["cells.parquet"][:20]
    return service.cells.get((run, digest), lambda: plan_cells(folder / "cells.parquet", digest, manifest))


def whole_layer(request: Request, service: Service, table: FeatureTable, key: tuple[object, ...]) -> Response:
    """Return all features of a layer as GeoJSON."""
    etag = etag_of(*key)
    same = unchanged(request, etag)
    if same is not None:
        return same
    is_packed = takes_gzip(request)
    content = service.tiles.get((*key, is_packed))
    if content is None:
        features = ",".join(table.features_json(table.rows))
        content = f'{{"type":"FeatureCollection","features":[{features}]}}'.encode()
        content = pack(content) if is_packed else content
        service.tiles.put((*key, is_packed), content)
    return octets(content, GEOJSON, etag, packing={"Content-Encoding": "gzip"} if is_packed else {})
