"""Evacuations: what people are told, and who is on which road over time."""

from typing import Annotated, Any, Literal

import pyarrow.parquet as pq
from fastapi import APIRouter, Path, Request, Response

from api.answers import etag_of, octets, pack, takes_gzip, unchanged
from api.cell_answers import OCTETS
from api.evacuations import FOLDER, evacuation_answer, read_evacuation, read_moving, roads_geojson
from api.paging import GEOJSON
from api.parts import Parts, binary
from api.schemas.evacuations import EvacuationAnswer
from api.schemas.shared import RunName

router = APIRouter(tags=["runs"])
Means = Annotated[Literal["car", "walk"], Path(examples=["car"])]
LAYER = "evacuation_roads"
"""As secret as this layer of the plan."""


@router.get("/api/runs/{run}/evacuation", response_model=EvacuationAnswer, summary="疏散 · evacuation")
def show_evacuation(request: Request, service: Parts, run: RunName) -> dict[str, Any]:
    """Return what an evacuation comes to with its proof, who is safe when, and what communities are told."""
    folder, manifest = read_evacuation(service, run)
    service.guard.require_level(request, manifest["sensitivity"], f"{run}/{LAYER}")
    return evacuation_answer(run, folder, manifest)


@router.get(
    "/api/runs/{run}/evacuation/{means}/roads",
    response_class=Response,
    responses={200: {"content": {GEOJSON: {"schema": {"type": "object"}}}}},
    summary="疏散道路 · roads in use",
)
def show_evacuation_roads(request: Request, service: Parts, run: RunName, means: Means) -> Response:
    """Return the roads that anybody uses, as GeoJSON; a feature's id is its place among them, from 0."""
    return _movement(request, service, run, means, "roads")


@router.get(
    "/api/runs/{run}/evacuation/{means}/moving",
    response_class=Response,
    responses=binary(OCTETS),
    summary="随时间的移动 · movement",
)
def show_movement(request: Request, service: Parts, run: RunName, means: Means) -> Response:
    """Return who is where: int32 in threes, little-endian: slice of time, place of the road, units on it."""
    return _movement(request, service, run, means, "moving")


def _movement(
    request: Request, service: Parts, run: str, means: str, what: Literal["roads", "moving"]
) -> Response:
    folder, manifest = read_evacuation(service, run)
    service.guard.require_level(request, manifest["sensitivity"], f"{run}/{LAYER}")
    etag = etag_of(what, run, means, manifest["files"][f"{FOLDER}/animation.parquet"])
    same = unchanged(request, etag)
    if same is not None:
        return same
    is_packed = takes_gzip(request)
    key = (what, run, means, etag, is_packed)
    content = service.tiles.get(key)
    if content is None:
        slices_s = pq.read_table(folder / FOLDER / "arrivals.parquet", columns=["at_s"])["at_s"]
        moving = read_moving(folder, means, slices_s[1].as_py())
        content = roads_geojson(folder, means, moving) if what == "roads" else moving.octets()
        content = pack(content) if is_packed else content
        service.tiles.put(key, content)
    kind = GEOJSON if what == "roads" else OCTETS
    return octets(content, kind, etag, packing={"Content-Encoding": "gzip"} if is_packed else {})
