"""Take one delivered layer in: read it, give it a CRS and one kind of geometry, check it, store it aside."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np

from dss.errors import MapError
from dss.onemap.binding import Binding, FileHints, is_remote, shown_source
from dss.onemap.catalogue import Layer, LayerProfile, OneMap
from dss.onemap.guesses import Guess, guess
from dss.onemap.roles import ROLES, Kind
from dss.onemap.sources import read_source
from dss.onemap.sources.columns import even_columns
from dss.onemap.sources.crs import Declared, settle_crs
from dss.onemap.sources.crs_names import crs_name
from dss.onemap.sources.delivered import Delivered, Request, SourceDate, Tick
from dss.onemap.sources.opening import opened
from dss.onemap.sources.places import Anchor, typical_bounds
from dss.onemap.sources.rasters import RASTER_SUFFIXES, copy_file, examine_raster
from dss.onemap.sources.shapes import even_shapes, exchange_axes, keep_only, kind_of
from dss.onemap.staging import sha256_of, stored_path


@dataclass(frozen=True, slots=True)
class Delivery:
    """A layer of a source on its way: where it comes from, what it is to be, what a person said of it."""

    source: str
    binding: Binding
    hints: FileHints

    @property
    def entry(self) -> LayerProfile:
        """Return the entry of the layer to be."""
        return self.binding.entry

    @property
    def name(self) -> str:
        """Return the source as it may be shown."""
        return shown_source(self.source)


@dataclass(frozen=True, slots=True)
class _Stored:
    path: Path
    entry: LayerProfile
    kind: Kind
    crs: str
    records: int
    date: SourceDate | None
    guesses: tuple[Guess, ...] = ()
    encoding: str | None = None


def take_in(
    delivery: Delivery, onemap: OneMap, anchor: Anchor, staging: Path, on_progress: Tick
) -> tuple[Path, Layer]:
    """Read and check a layer and store it in a folder aside.

    Returns
    -------
    The stored file, and the layer as it will stand in the catalogue.

    Raises
    ------
    MapError
        If the layer cannot be taken; names the layer, the file and the way out.
    """
    if not is_remote(delivery.source) and Path(delivery.source).suffix.lower() in RASTER_SUFFIXES:
        stored = _take_raster(delivery, anchor, staging, on_progress)
    else:
        stored = _take_vector(delivery, onemap, anchor, staging, on_progress)
    sha256 = sha256_of(stored.path)
    remote = is_remote(delivery.source)
    dated, told = _date(stored, delivery)
    layer = Layer(
        **stored.entry.model_copy(update={"date": dated}).model_dump(exclude={"encoding"}),
        path=stored_path(delivery.entry.key, stored.path, sha256),
        kind=stored.kind,
        stored_crs=stored.crs,
        records=stored.records,
        sha256=sha256,
        source_sha256=sha256 if remote else sha256_of(Path(delivery.source)),
        service=delivery.name if remote else None,
        encoding=stored.encoding,
        guesses=(*stored.guesses, *told),
    )
    return stored.path, layer


def _date(stored: _Stored, delivery: Delivery) -> tuple[date, tuple[Guess, ...]]:
    """Return the profile's date; where no profile gives one, that of the source and what said so."""
    if delivery.binding.from_profile:
        return stored.entry.date, ()
    found = stored.date or SourceDate(date.today(), "read")
    return found.day, (guess(f"date_from_{found.what}", date=found.day.isoformat()),)


def _take_vector(
    delivery: Delivery, onemap: OneMap, anchor: Anchor, staging: Path, on_progress: Tick
) -> _Stored:
    entry, hints = delivery.entry, delivery.hints
    kinds = ROLES[entry.role].kinds - {"raster"}
    request = Request(
        onemap, entry.key, frozenset(kinds), table=delivery.binding.table, encoding=hints.encoding or
        entry.encoding, x=hints.x, y=hints.y, join=hints.join, on_progress=lambda share: on_progress(0.9 *
        share),
    )  # fmt: skip
    given = read_source(delivery.source, entry.role, request)
    if not len(given.frame):
        raise MapError("layer_empty", layer=entry.key, file=delivery.name)
    frame, guesses = even_shapes(given.frame, frozenset({hints.only} if hints.only else kinds))
    if hints.only is not None:
        frame, left_out = keep_only(frame, hints.only)
        guesses += left_out
    kind = kind_of(frame, entry.role, frozenset(ROLES[entry.role].kinds), layer=entry.key, file=delivery.name)
    frame, settled = _settle(frame, given, delivery, anchor)
    entry = _with_fields(frame, delivery)
    _require_fields(frame, delivery.name, entry)
    path = staging / f"{entry.key}.parquet"
    opened(delivery.name, lambda: even_columns(frame).to_parquet(path, write_covering_bbox=False))
    return _Stored(
        path, entry, kind, crs_name(frame.crs), len(frame), given.date,
        (*given.guesses, *guesses, *settled), given.encoding,
    )  # fmt: skip


def _settle(
    frame: gpd.GeoDataFrame, given: Delivered, delivery: Delivery, anchor: Anchor
) -> tuple[gpd.GeoDataFrame, tuple[Guess, ...]]:
    declared = Declared(frame.crs, delivery.hints.crs, delivery.entry.crs)
    bounds = typical_bounds(np.asarray(frame.geometry.array, dtype=object))
    settled = settle_crs(
        bounds, declared, given.anchor or anchor, layer=delivery.entry.key, file=delivery.name
    )
    shapes = np.asarray(frame.geometry.array, dtype=object)
    if settled.swapped:
        shapes = exchange_axes(shapes)
    placed = frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=settled.crs))
    return placed, settled.guesses


def _with_fields(frame: gpd.GeoDataFrame, delivery: Delivery) -> LayerProfile:
    """Return the entry; where no profile binds fields, columns that bear our names are bound."""
    entry = delivery.entry
    if delivery.binding.from_profile or entry.fields:
        return entry
    fields = {name: name for name in ROLES[entry.role].fields if name in frame.columns}
    return entry.model_copy(update={"fields": fields})


def _require_fields(frame: gpd.GeoDataFrame, file: str, entry: LayerProfile) -> None:
    columns = [str(name) for name in frame.columns if name != frame.geometry.name]
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


def _take_raster(delivery: Delivery, anchor: Anchor, staging: Path, on_progress: Tick) -> _Stored:
    entry, file = delivery.entry, Path(delivery.source)
    if "raster" not in ROLES[entry.role].kinds:
        allowed = ", ".join(sorted(ROLES[entry.role].kinds))
        raise MapError(
            "geometry_type", layer=entry.key, file=file, found="raster", role=entry.role, allowed=allowed
        )
    facts = examine_raster(file, lambda share: on_progress(0.6 * share))
    if facts.valid_pixels == 0:
        raise MapError("layer_empty", layer=entry.key, file=file)
    declared = Declared(facts.crs, delivery.hints.crs, entry.crs)
    settled = settle_crs(facts.bounds, declared, anchor, layer=entry.key, file=str(file))
    if settled.swapped:
        raise MapError("import_raster_swapped", layer=entry.key, file=file)
    path = staging / f"{entry.key}.tif"
    copy_file(file, path, lambda share: on_progress(0.6 + 0.3 * share))
    return _Stored(
        path, entry, "raster", crs_name(settled.crs), facts.valid_pixels, facts.date, settled.guesses
    )
