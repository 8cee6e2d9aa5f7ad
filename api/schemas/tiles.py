"""Bodies of tiles: TileJSON and the base map."""

from typing import Any, Literal

from api.schemas.shared import Answer, BoundsDegrees


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
