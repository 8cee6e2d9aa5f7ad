"""Bodies of maps: layers, features, cells, tiles, audit, and what is owed."""

from typing import Any, Literal

from pydantic import Field

from api.schemas.shared import Answer, Anything, Level, Link, SourceRecord, Words

BoundsDegrees = tuple[float, float, float, float]


class Landing(Answer):
    """Where things are."""

    title: str
    links: list[Link]


class Health(Answer):
    """Whether the service works."""

    status: Literal["ok"]
    version: str
    running: int
    queued: int


class ServiceSettings(Answer):
    """What a page must know of the service."""

    version: str
    language: Literal["zh", "en"]
    languages: list[Literal["zh", "en"]]
    token: bool
    """Whether the request brought the token."""
    local: bool
    """Whether the service listens to this machine only."""
    limits: dict[str, float]
    maps: list[str]


class MapHead(Answer):
    """A map in a list."""

    map: str
    title: Words
    generated: bool
    note: Words | None
    layers: int
    records: int
    overdue: int
    not_delivered: int
    sensitivity: Level
    bounds: BoundsDegrees | None
    """West, south, east, north in degrees."""
    links: dict[str, str]


class Maps(Answer):
    """The maps of the workspace."""

    maps: list[MapHead]


class Map(MapHead):
    """A map as a whole."""

    crs: str
    digest: str
    by_class: dict[str, Any]
    by_owner: dict[str, Any]
    by_sensitivity: dict[str, Any]
    middle_classes: dict[str, Any]


class LayerHead(Answer):
    """A layer in the tree."""

    key: str
    title: Words
    layer_class: Literal["现状", "规划", "管理", "社会经济"]
    class_title: Words
    middle_class: str
    middle_class_title: Words
    role: str
    role_title: Words
    kind: Literal["point", "line", "polygon", "raster"]
    owner: Words
    date: str
    age_days: int
    overdue_days: int
    cycle_days: int
    sensitivity: Level
    """As secret as the highest layer that it was made from."""
    readable: bool
    """Whether this request may read its features."""
    status: Literal["delivered", "assumed", "generated"]
    records: int
    bounds: BoundsDegrees | None
    fields: list[str]
    """Fields that its tiles carry."""
    tiles: str | None
    """Where its TileJSON is; null for rasters."""


class Layers(Answer):
    """The layers of a map, in the catalogue's order."""

    map: str
    day: str
    """Day by which ages are reckoned."""
    layers: list[LayerHead]


class LegendField(Answer):
    """A field and its commonest values."""

    name: str
    delivered: str | None
    """The layer's own name of it."""
    kind: Literal["number", "text", "other"]
    min: float | None
    max: float | None
    values: list[tuple[str, int]]
    """Commonest values with their counts; empty for numbers with many."""
    missing: int


class LayerCard(LayerHead):
    """All that is known of a layer."""

    source: str
    licence: str
    crs: str
    sha256: str
    caveat: Words | None
    guesses: list[Words]
    assumed: dict[str, float | str]
    derived_from: list[SourceRecord]
    legend: list[LegendField]
    """Empty where the reader may not read the layer."""
    audit: dict[str, int] | None
    """Errors, warnings and notes of the last audit; null where there was none."""


class Feature(Answer):
    """A GeoJSON feature."""

    type: Literal["Feature"]
    id: int
    properties: Anything
    geometry: Anything | None


class RecordCard(Answer):
    """A record with where it comes from."""

    feature: Feature
    fields: dict[str, str]
    """Our name of a field -> the layer's own."""
    source: SourceRecord
    audit: list[dict[str, Any]]
    """What the audit found of this record."""


class TileJson(Answer):
    """TileJSON 3.0."""

    tilejson: Literal["3.0.0"]
    name: str
    tiles: list[str]
    minzoom: int
    maxzoom: int
    bounds: BoundsDegrees
    vector_layers: list[dict[str, Any]]
    attribution: str


class BaseMap(Answer):
    """The base map: where it is, and what it has."""

    map: str
    href: str
    """A PMTiles file, read by HTTP ranges."""
    digest: str
    bytes: int
    minzoom: int
    maxzoom: int
    bounds: BoundsDegrees
    layers: list[dict[str, Any]]
    """Source layers with their fields and the keys of the city's layers they are made from."""


class CellFigure(Answer):
    """A figure on cells."""

    key: str
    title: Words
    unit: str
    unit_title: Words | None
    min: float | None
    max: float | None
    total: float | None
    """Null where values may not be added up."""
    missing: int | None
    classes: dict[str, list[float]]
    """Method -> limits between classes from the least to the greatest: quantile, jenks, equal."""
    sources: list[str]
    sensitivity: Level
    oldest_source: str | None
    status: Literal["delivered", "assumed", "generated"]
    readable: bool
    """Whether this request may read its values; their range is null and its classes are empty if not."""
    values: str
    """Where its values are: float32, little-endian, in the order of the index, NaN for none."""


class Cells(Answer):
    """Cells and the figures on them."""

    resolution: int
    cells: int
    digest: str
    index: str
    """Where the cells are: uint64, little-endian, ascending."""
    tiles: str
    """Template of the outlines' tiles; a feature's id is its place in the index, from 0."""
    tile_layer: str
    bounds: BoundsDegrees | None
    figures: list[CellFigure]
    sources: list[SourceRecord]


class AuditRule(Answer):
    """What a rule found."""

    code: str
    title: Words
    how: Words
    severity: Literal["error", "warning", "info"]
    count: int
    layers: dict[str, int]


class AuditScore(Answer):
    """A score from 0 to 100 and what it is made of."""

    key: str
    title: Words
    score: float
    records: int
    faulty: int
    errors: int
    warnings: int
    infos: int


class AuditAnswer(Answer):
    """The audit of a map."""

    map: str
    day: str
    failed: bool
    score: float
    errors: int
    warnings: int
    infos: int
    rules: list[AuditRule]
    layers: list[AuditScore]
    departments: list[AuditScore]
    not_run: list[dict[str, Any]]
    features: str
    """Where the faults are on the map."""


class FeaturePage(Answer):
    """A page of GeoJSON features."""

    type: Literal["FeatureCollection"]
    features: list[Feature]
    numberMatched: int  # noqa: N815 - as OGC API spells it
    numberReturned: int  # noqa: N815
    timeStamp: str | None = None  # noqa: N815
    links: list[Link] = Field(default=[])


class OwedEntry(Answer):
    """A layer that is overdue or not delivered."""

    key: str
    title: Words
    date: str | None
    overdue_days: int | None
    """Null where it was never delivered."""
    cycle_days: int
    sensitivity: Level


class OwedBy(Answer):
    """What a department owes."""

    owner: Words
    overdue: list[OwedEntry]
    not_delivered: list[OwedEntry]


class Owed(Answer):
    """What is owed, by department, those with most overdue first."""

    map: str
    day: str
    departments: list[OwedBy]
