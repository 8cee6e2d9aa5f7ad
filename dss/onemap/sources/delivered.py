"""What a source gives, whatever it is: a frame, what is known of it, what had to be guessed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import geopandas as gpd

from dss.onemap.catalogue import OneMap
from dss.onemap.guesses import Guess
from dss.onemap.sources.places import Anchor

Tick = Callable[[float], None]
Only = Literal["point", "line", "polygon"]


def ignore_progress(_: float) -> None:
    """Take a share of the work done and show it to nobody."""


@dataclass(frozen=True, slots=True)
class SourceDate:
    """The day a source says its content is of, and what said so."""

    day: date
    what: str
    """``dbf``, ``gpkg``, ``service``, ``workbook``, ``raster``, ``osm`` or ``file_time``."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """A vector layer as its source gives it; the frame's CRS is None where the source names none."""

    frame: gpd.GeoDataFrame
    guesses: tuple[Guess, ...] = ()
    encoding: str | None = None
    date: SourceDate | None = None
    anchor: Anchor | None = None
    """Where the source itself says that the layer lies."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a source, and the map that it is for."""

    onemap: OneMap
    key: str
    """Key of the layer to be, for messages."""
    kinds: frozenset[str]
    """Kinds of geometry that the layer's role takes."""
    table: str | None = None
    """Layer, sheet, table or collection inside the source."""
    encoding: str | None = None
    x: str | None = None
    """Column of a table that holds eastings or longitudes."""
    y: str | None = None
    join: str | None = None
    """``COLUMN=LAYER.FIELD``: a table's code, and the layer and field that give its place."""
    on_progress: Tick = field(default=ignore_progress)
