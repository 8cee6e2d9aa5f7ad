"""Bring a department's delivery into the map: the whole file or nothing.

A layer is stored as delivered (CRS, fields, values), as GeoParquet or GeoTIFF; binding and conversion happen
when it is read. The catalogue is written last, so a broken import leaves the map as it was.
"""

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, TypeVar

import geopandas as gpd
import numpy as np
import pyogrio
import rasterio
import yaml
from rasterio.crs import CRS

from dss.errors import MapError
from dss.onemap.catalogue import Catalogue, Layer, LayerProfile, Title, open_map, write_catalogue
from dss.onemap.osm import ROLE as OSM_ROLE
from dss.onemap.osm import bind_osm, is_osm_file, read_osm
from dss.onemap.profile import Profile, read_profile
from dss.onemap.roles import ROLES, Kind

PROFILE_FILE: Final = "profile.yaml"
RASTER_SUFFIXES: Final = frozenset({".tif", ".tiff"})
PARQUET_SUFFIXES: Final = frozenset({".parquet", ".geoparquet"})
KIND_OF_GEOMETRY: Final[dict[str, Kind]] = {
    "Point": "point",
    "MultiPoint": "point",
    "LineString": "line",
    "MultiLineString": "line",
    "LinearRing": "line",
    "Polygon": "polygon",
    "MultiPolygon": "polygon",
}

Tick = Callable[[float], None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did: layers now in the map, and profile entries whose file was not delivered."""

    imported: tuple[Layer, ...]
    not_delivered: tuple[LayerProfile, ...]


@dataclass(frozen=True, slots=True)
class _Stored:
    path: Path
    kind: Kind
    crs: str
    records: int


def init_map(folder: Path, profile: Profile) -> None:
    """Make an empty map from a city profile.

    Raises
    ------
    MapError
        If the folder already holds a map.
    """
    if (folder / "map.yaml").exists():
        raise MapError("map_exists", folder=folder)
    (folder / "layers").mkdir(parents=True, exist_ok=True)
    content = profile.model_dump(mode="json", by_alias=True, exclude_none=True)
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
    (folder / PROFILE_FILE).write_text(text, encoding="utf-8")
    write_catalogue(
        folder,
        Catalogue(title=profile.title, generated=profile.generated, crs=profile.crs, note=profile.note),
    )


def import_folder(folder: Path, source: Path, on_progress: Tick | None = None) -> ImportResult:
    """Import every layer of the map's profile whose file lies in a delivery folder.

    Raises
    ------
    MapError
        If no file of the profile is there, or one of them cannot be taken; then nothing is imported.
    """
    profile = read_profile(folder / PROFILE_FILE)
    delivered = [entry for entry in profile.layers if (source / entry.file).is_file()]
    if not delivered:
        files = ", ".join(entry.file for entry in profile.layers)
        raise MapError("nothing_delivered", folder=source, files=files)
    layers = []
    for i, entry in enumerate(delivered):
        layers.append(_stage(folder, source / entry.file, entry, encoding=None))
        if on_progress:
            on_progress((i + 1) / len(delivered))
    _commit(folder, layers)
    missing = tuple(entry for entry in profile.layers if entry not in delivered)
    return ImportResult(tuple(layers), missing)


@dataclass(frozen=True, slots=True)
class FileHints:
    """What a person says about a file: the layer it is, its role, and what the file itself does not tell."""

    key: str | None = None
    role: str | None = None
    crs: str | None = None
    encoding: str | None = None


def import_file(folder: Path, file: Path, hints: FileHints) -> ImportResult:
    """Import one file, as the profile binds it or, with a key and a role, as a layer of its own.

    Raises
    ------
    MapError
        If nothing binds the file, or it cannot be taken; then the map stays as it was.
    """
    entry = _binding(folder, file, hints.key, hints.role)
    if hints.crs is not None:
        entry = entry.model_copy(update={"crs": hints.crs})
    layer = _stage(folder, file, entry, hints.encoding)
    _commit(folder, [layer])
    return ImportResult((layer,), ())


def _binding(folder: Path, file: Path, key: str | None, role: str | None) -> LayerProfile:
    profile = read_profile(folder / PROFILE_FILE)
    for entry in profile.layers:
        if entry.key == key or (key is None and Path(entry.file).name == file.name):
            if entry.role == OSM_ROLE and is_osm_file(file):
                return bind_osm(file, key, entry)
            return entry if role is None else entry.model_copy(update={"role": role})
    if role in (None, OSM_ROLE) and is_osm_file(file):
        return bind_osm(file, key, None)
    if role is None or role not in ROLES:
        raise MapError("file_unbound", file=file, roles=", ".join(sorted(ROLES)))
    return LayerProfile.model_validate(
        {
            "key": key or "layer_" + hashlib.sha256(file.name.encode()).hexdigest()[:8],
            "class": "现状",
            "role": role,
            "title": {"zh": file.stem, "en": file.stem},
            "file": file.name,
            "owner": Title(zh="未说明", en="not stated"),
            "date": date.fromtimestamp(file.stat().st_mtime) if file.exists() else date.today(),
            "fields": _fields_of_same_name(file, role),
        }
    )


def _fields_of_same_name(file: Path, role: str) -> dict[str, str]:
    if file.suffix.lower() in RASTER_SUFFIXES | PARQUET_SUFFIXES or not file.exists():
        return {}
    names = set(_open(file, lambda: pyogrio.read_info(file)["fields"]))
    return {name: name for name in ROLES[role].fields if name in names}


def _stage(folder: Path, file: Path, entry: LayerProfile, encoding: str | None) -> Layer:
    """Check a file against its binding and store it beside the map's layers, not yet in their place."""
    if not file.is_file():
        raise MapError("file_missing", file=file)
    if file.suffix.lower() in RASTER_SUFFIXES:
        stored = _stage_raster(folder, file, entry)
    else:
        stored = _stage_vector(folder, file, entry, encoding)
    return Layer(
        **entry.model_dump(),
        path=f"layers/{stored.path.name.removesuffix('.partial')}",
        kind=stored.kind,
        stored_crs=stored.crs,
        records=stored.records,
        sha256=sha256_of(stored.path),
        source_sha256=sha256_of(file),
    )


def _commit(folder: Path, layers: list[Layer]) -> None:
    catalogue = open_map(folder).catalogue
    for layer in layers:
        target = folder / layer.path
        target.with_name(f"{target.name}.partial").replace(target)
    new = {layer.key: layer for layer in layers}
    kept = tuple(new.pop(layer.key, layer) for layer in catalogue.layers)
    write_catalogue(folder, catalogue.model_copy(update={"layers": kept + tuple(new.values())}))


def _stage_vector(folder: Path, file: Path, entry: LayerProfile, encoding: str | None) -> _Stored:
    frame = _read_any_vector(file, entry, encoding)
    if frame.empty:
        raise MapError("layer_empty", layer=entry.key, file=file)
    if frame.crs is None:
        if entry.crs is None:
            raise MapError("crs_missing", layer=entry.key, file=file)
        frame = frame.set_crs(entry.crs)
    kind = _kind(frame, file, entry)
    _require_fields(frame, file, entry)
    path = folder / "layers" / f"{entry.key}.parquet.partial"
    frame.to_parquet(path)
    return _Stored(path, kind, _crs_name(frame.crs), len(frame))


def _read_any_vector(file: Path, entry: LayerProfile, encoding: str | None) -> gpd.GeoDataFrame:
    if file.suffix.lower() in PARQUET_SUFFIXES:
        return _open(file, lambda: gpd.read_parquet(file))
    if entry.role == OSM_ROLE and is_osm_file(file):
        return read_osm(file)
    return _open(
        file, lambda: gpd.read_file(file, layer=entry.file_layer, encoding=encoding or entry.encoding)
    )


def _open(file: Path, read: Callable[[], T]) -> T:
    try:
        return read()
    except Exception as error:  # GDAL, Arrow and rasterio raise many kinds
        why = " ".join(str(error).split())[:300]
        raise MapError("file_unreadable", file=file, why=why) from error


def _kind(frame: gpd.GeoDataFrame, file: Path, entry: LayerProfile) -> Kind:
    missing = frame.geometry.isna() | frame.geometry.is_empty
    names = sorted(set(frame.geom_type[~missing]))
    kinds = {KIND_OF_GEOMETRY.get(name) for name in names}
    allowed = ROLES[entry.role].kinds
    kind = kinds.pop() if len(kinds) == 1 else None
    if kind is None or kind not in allowed:
        raise MapError(
            "geometry_type",
            layer=entry.key,
            file=file,
            found=", ".join(names) or "-",
            role=entry.role,
            allowed=", ".join(sorted(allowed)),
        )
    return kind


def _require_fields(frame: gpd.GeoDataFrame, file: Path, entry: LayerProfile) -> None:
    columns = [name for name in frame.columns if name != frame.geometry.name]
    for field, local in entry.fields.items():
        if local not in columns:
            raise MapError(
                "field_missing",
                layer=entry.key,
                file=file,
                field=field,
                local=local,
                fields=", ".join(columns),
            )
    for field in ROLES[entry.role].required:
        if field not in entry.fields and field not in entry.assumed:
            raise MapError(
                "field_unbound",
                layer=entry.key,
                file=file,
                field=field,
                role=entry.role,
                fields=", ".join(columns),
            )


def _stage_raster(folder: Path, file: Path, entry: LayerProfile) -> _Stored:
    if "raster" not in ROLES[entry.role].kinds:
        allowed = ", ".join(sorted(ROLES[entry.role].kinds))
        raise MapError(
            "geometry_type", layer=entry.key, file=file, found="raster", role=entry.role, allowed=allowed
        )
    crs, records = _open(file, lambda: _raster_facts(file))
    if crs is None and entry.crs is None:
        raise MapError("crs_missing", layer=entry.key, file=file)
    if records == 0:
        raise MapError("layer_empty", layer=entry.key, file=file)
    path = folder / "layers" / f"{entry.key}.tif.partial"
    shutil.copyfile(file, path)
    return _Stored(path, "raster", _crs_name(crs) if crs else str(entry.crs), records)


def _raster_facts(file: Path) -> tuple[CRS | None, int]:
    with rasterio.open(file) as source:
        windows = [window for _, window in source.block_windows(1)]
        valid = sum(int(np.count_nonzero(source.read_masks(1, window=window))) for window in windows)
        return source.crs, valid


def _crs_name(crs: object) -> str:
    epsg = crs.to_epsg()  # type: ignore[attr-defined]
    return f"EPSG:{epsg}" if epsg else str(crs.to_wkt())  # type: ignore[attr-defined]


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, as hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
