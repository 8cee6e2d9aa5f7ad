"""Bodies of cells and the figures on them."""

from typing import Literal

from api.schemas.shared import Answer, BoundsDegrees, Level, SourceRecord, Words


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
