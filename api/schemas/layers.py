"""Bodies of layers, their features, and records with where they come from."""

from typing import Any, Literal

from pydantic import Field

from api.schemas.shared import Answer, Anything, BoundsDegrees, Level, Link, SourceRecord, Words


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


class FeaturePage(Answer):
    """A page of GeoJSON features."""

    type: Literal["FeatureCollection"]
    features: list[Feature]
    numberMatched: int  # noqa: N815 - as OGC API spells it
    numberReturned: int  # noqa: N815
    timeStamp: str | None = None  # noqa: N815
    links: list[Link] = Field(default=[])


class RecordCard(Answer):
    """A record with where it comes from."""

    feature: Feature
    fields: dict[str, str]
    """Our name of a field -> the layer's own."""
    source: SourceRecord
    audit: list[dict[str, Any]]
    """What the audit found of this record."""
