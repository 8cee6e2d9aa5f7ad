"""Take a layer out of the map: allowed or refused by its level, logged, no finer than it may be given out.

A layer goes out as it was delivered: its own fields, its own values. Beside it lies a record of its source.
"""

import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

import geopandas as gpd
import numpy as np
import pyogrio
import rasterio
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from dss.errors import InputError, MapError
from dss.onemap.catalogue import Layer, OneMap
from dss.onemap.lineage import Lineage
from dss.onemap.rights import AccessLog, require_right
from dss.onemap.terms import Sensitivity
from dss.standards import StandardsReader, StandardValue

Format = Literal["gpkg", "fgb", "geojson", "csv", "parquet", "shp", "tif"]

FORMATS: Final[tuple[Format, ...]] = get_args(Format)
SUFFIXES: Final[dict[str, Format]] = {
    **{f".{name}": name for name in FORMATS},
    ".json": "geojson",
    ".geoparquet": "parquet",
    ".tiff": "tif",
}
SHAPEFILE_NAME_BYTES: Final = 10
GEOJSON_CRS: Final = "EPSG:4326"
SOURCE_SUFFIX: Final = ".source.json"


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What is wanted: a layer, a file, how it is written, and how fine its coordinates may be.

    ``crs`` None keeps that of the delivery; ``precision_m`` None leaves it to the layer.
    """

    layer: str
    out: Path
    format: Format
    crs: str | None = None
    precision_m: float | None = None


@dataclass(frozen=True, slots=True)
class ScaleWarning:
    """The layer may be a secret by its extent: the rule on maps of a large scale.

    Parameters
    ----------
    area_km2
        Area of the convex hull of what was exported.
    scale_denominator
        2000 for 1:2000; None where nobody said.
    limits
        The two values of the rule with their source and status.
    """

    area_km2: float
    scale_denominator: int | None
    limits: tuple[StandardValue, ...]


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written.

    ``renamed`` holds field names that the format could not keep, old to new; ``precision_m`` says to how many
    metres coordinates were rounded, None for not at all.
    """

    files: tuple[Path, ...]
    records: int
    crs: str
    level: Sensitivity
    renamed: dict[str, str]
    precision_m: float | None
    warning: ScaleWarning | None


def export_format(out: Path, stated: str | None) -> Format:
    """Return the format as stated, or by the ending of the file.

    Raises
    ------
    InputError
        If neither names one that can be written.
    """
    found = SUFFIXES.get(out.suffix.lower() if stated is None else f".{stated.lower()}")
    if found is None:
        raise InputError("export_format", value=stated or out.name, known=", ".join(FORMATS))
    return found


def export_layer(onemap: OneMap, request: ExportRequest, right: Sensitivity, log: AccessLog) -> Exported:
    """Write a layer to a file, whole or not at all.

    Raises
    ------
    InputError
        If the layer's level is above the right, the file exists, or the CRS or precision is unusable.
    MapError
        If the map has no such layer, or the layer does not fit the format.
    """
    layer = onemap.layer(request.layer)
    _require_free(request.out)
    if request.precision_m is not None and not 0 < request.precision_m < np.inf:
        raise InputError("export_precision", value=request.precision_m)
    lineage = Lineage.of(onemap, [layer.key])
    what = f"{onemap.folder.name}/{layer.key} -> {request.out}"
    require_right(log, "map export", what, lineage.sensitivity, right)
    if layer.kind == "raster":
        return _export_raster(onemap, layer, request, lineage)
    return _export_vector(onemap, layer, request, lineage)


def scale_warning(hull_km2: float, scale_denominator: int | None) -> ScaleWarning | None:
    """Return the warning on maps of a large scale; a layer whose scale nobody said counts as one.

    Notes
    -----
    The rule speaks of contiguous cover; the convex hull is never smaller, so it warns too often, not too
    seldom.
    """
    standards = StandardsReader()
    limit = standards.number("secrecy.large_scale_denominator")
    area_km2 = standards.number("secrecy.large_scale_area_km2")
    is_large_scale = scale_denominator is None or scale_denominator < limit
    if not is_large_scale or hull_km2 <= area_km2:
        return None
    return ScaleWarning(hull_km2, scale_denominator, standards.used)


def _export_vector(onemap: OneMap, layer: Layer, request: ExportRequest, lineage: Lineage) -> Exported:
    if request.format == "tif":
        raise MapError("export_kind", layer=layer.key, kind=layer.kind, format=request.format)
    frame = gpd.read_parquet(onemap.folder / layer.path)
    metres = frame.geometry.to_crs(onemap.crs)
    precision_m = max(filter(None, (layer.precision_m, request.precision_m)), default=None)
    if precision_m is not None:
        metres = gpd.GeoSeries(_rounded(metres, precision_m), index=frame.index, crs=onemap.crs)
        frame = frame.set_geometry(metres.to_crs(frame.crs))
    frame = frame.to_crs(_target_crs(frame, request))
    frame, renamed = _fit_names(frame, request.format)
    files = _write_whole(request.out, lambda path: _write_frame(frame, path, layer, request.format))
    return Exported(
        files=(*files, _write_source(onemap, layer, request, lineage, precision_m)),
        records=len(frame),
        crs=str(frame.crs.to_string()),
        level=lineage.sensitivity,
        renamed=renamed,
        precision_m=precision_m,
        warning=scale_warning(_hull_km2(metres), layer.scale_denominator),
    )


def _export_raster(onemap: OneMap, layer: Layer, request: ExportRequest, lineage: Lineage) -> Exported:
    if request.format != "tif":
        raise MapError("export_kind", layer=layer.key, kind=layer.kind, format=request.format)
    stored = onemap.folder / layer.path
    with rasterio.open(stored) as source:
        outline = gpd.GeoSeries([shapely.box(*source.bounds)], crs=source.crs or layer.stored_crs)
    if request.crs is not None and CRS(outline.crs) != CRS(_known_crs(request.crs)):
        raise MapError("export_raster_crs", layer=layer.key, crs=layer.stored_crs)
    files = _write_whole(request.out, lambda path: shutil.copyfile(stored, path))
    return Exported(
        files=(*files, _write_source(onemap, layer, request, lineage, None)),
        records=layer.records,
        crs=layer.stored_crs,
        level=lineage.sensitivity,
        renamed={},
        precision_m=None,
        warning=scale_warning(_hull_km2(outline.to_crs(onemap.crs)), layer.scale_denominator),
    )


def _require_free(out: Path) -> None:
    if out.exists():
        raise InputError("export_exists", file=out)
    if not out.parent.is_dir():
        raise InputError("export_folder", folder=out.parent)


def _known_crs(text: str) -> CRS:
    try:
        return CRS.from_user_input(text)
    except CRSError as error:
        raise InputError("export_crs", value=text) from error


def _target_crs(frame: gpd.GeoDataFrame, request: ExportRequest) -> CRS:
    if request.format == "geojson":  # RFC 7946 knows no other
        if request.crs is not None and _known_crs(request.crs) != CRS(GEOJSON_CRS):
            raise InputError("export_geojson_crs", value=request.crs)
        return CRS(GEOJSON_CRS)
    return CRS(frame.crs) if request.crs is None else _known_crs(request.crs)


def _rounded(shapes: gpd.GeoSeries, precision_m: float) -> list[shapely.Geometry | None]:
    """Return shapes with every vertex on a grid of this size; a polygon smaller than it may lose its area."""
    return list(shapely.set_precision(shapes.to_numpy(), precision_m, mode="pointwise"))


def _hull_km2(metres: gpd.GeoSeries) -> float:
    here = metres[~(metres.isna() | metres.is_empty)]
    return float(shapely.convex_hull(shapely.GeometryCollection(here.convex_hull.tolist())).area) / 1e6


def _fit_names(frame: gpd.GeoDataFrame, format_: Format) -> tuple[gpd.GeoDataFrame, dict[str, str]]:
    """Return the frame with field names that the format can hold, and what was renamed."""
    if format_ != "shp":
        return frame, {}
    taken: set[str] = set()
    renamed: dict[str, str] = {}
    for name in frame.columns.drop(frame.geometry.name):
        short = _short_name(str(name), taken)
        taken.add(short.upper())
        if short != name:
            renamed[str(name)] = short
    return frame.rename(columns=renamed), renamed


def _short_name(name: str, taken: set[str]) -> str:
    for number in range(len(taken) + 1):
        tail = f"_{number}" if number else ""
        head = name.encode("utf-8")[: SHAPEFILE_NAME_BYTES - len(tail)].decode("utf-8", "ignore")
        if (head + tail).upper() not in taken:
            return head + tail
    raise AssertionError("one more number than names is always free")


def _write_frame(frame: gpd.GeoDataFrame, path: Path, layer: Layer, format_: Format) -> None:
    if format_ == "parquet":
        frame.to_parquet(path)
    elif format_ == "csv":
        table = frame.drop(columns=frame.geometry.name).assign(geometry_wkt=frame.geometry.to_wkt())
        table.to_csv(path, index=False, encoding="utf-8-sig")
    else:
        drivers = {
            "gpkg": "GPKG", "fgb": "FlatGeobuf", "geojson": "GeoJSON", "shp": "ESRI Shapefile",
        }  # fmt: skip
        options = {"encoding": "UTF-8"} if format_ == "shp" else {}
        try:
            pyogrio.write_dataframe(frame, path, layer=layer.key, driver=drivers[format_], **options)
        except (pyogrio.errors.DataSourceError, pyogrio.errors.GeometryError, RuntimeError) as error:
            raise MapError("export_unfit", layer=layer.key, format=format_, why=str(error)) from error


def _write_whole(out: Path, write: Callable[[Path], object]) -> tuple[Path, ...]:
    """Write into a folder of its own first, so that a failure leaves nothing behind."""
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".export-") as folder:
        write(Path(folder) / out.name)
        written = sorted(Path(folder).iterdir(), key=lambda path: (path.suffix == out.suffix, path.name))
        for path in written:
            _require_free(out.parent / path.name)
        for path in written:
            path.replace(out.parent / path.name)
        return tuple(out.parent / path.name for path in written)


def _write_source(
    onemap: OneMap, layer: Layer, request: ExportRequest, lineage: Lineage, precision_m: float | None
) -> Path:
    out = request.out
    record = {
        "map": onemap.catalogue.title.model_dump(),
        "layer": layer.key,
        "sensitivity": lineage.sensitivity,
        "lineage": [source.as_record() for source in lineage.sources],
        "source": layer.source,
        "licence": layer.licence,
        "caveat": layer.caveat.model_dump() if layer.caveat else None,
        "sha256": layer.sha256,
        "precision_m": precision_m,
    }
    path = out.with_name(out.name + SOURCE_SUFFIX)
    path.write_text(json.dumps(record, ensure_ascii=False, indent=1), encoding="utf-8")
    return path
