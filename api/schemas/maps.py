"""Bodies of maps as a whole, and of what is owed to them."""

from typing import Any

from api.schemas.shared import Answer, BoundsDegrees, Level, Words


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
