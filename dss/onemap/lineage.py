"""Where a number comes from: the layers behind it, with their owners, dates, status and secrecy."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from dss.onemap.catalogue import Layer, OneMap
from dss.onemap.terms import Sensitivity, Title, highest

SourceStatus = Literal["delivered", "assumed", "generated"]
"""As a department delivered it; with a modelled value for some field; of a city that does not exist."""


@dataclass(frozen=True, slots=True)
class Source:
    """One layer that something was made from."""

    key: str
    title: Title
    owner: Title
    date: date
    status: SourceStatus
    sensitivity: Sensitivity

    @classmethod
    def of(cls, onemap: OneMap, layer: Layer) -> "Source":
        """Return a layer of a map as a source."""
        status: SourceStatus = (
            "generated" if onemap.catalogue.generated else "assumed" if layer.assumed else "delivered"
        )
        return cls(layer.key, layer.title, layer.owner, layer.date, status, layer.sensitivity)

    def as_record(self) -> dict[str, Any]:
        """Return the source as it is written to files."""
        return {
            "key": self.key,
            "title": self.title.model_dump(),
            "owner": self.owner.model_dump(),
            "date": self.date.isoformat(),
            "status": self.status,
            "sensitivity": self.sensitivity,
        }


@dataclass(frozen=True, slots=True)
class Lineage:
    """The sources of a column, a figure or a layer, each once, in the order in which they came."""

    sources: tuple[Source, ...] = ()

    def __post_init__(self) -> None:
        once = tuple({source.key: source for source in self.sources}.values())
        object.__setattr__(self, "sources", once)

    @classmethod
    def of(cls, onemap: OneMap, keys: Iterable[str]) -> "Lineage":
        """Return the lineage of what is made from layers of a map, and from what those were made from.

        Raises
        ------
        MapError
            If the map lacks one of them.
        """
        found: dict[str, Source] = {}
        waiting = list(keys)
        while waiting:
            key = waiting.pop(0)
            if key not in found:
                layer = onemap.layer(key)
                found[key] = Source.of(onemap, layer)
                waiting.extend(layer.derived_from)
        return cls(tuple(found.values()))

    @classmethod
    def from_records(cls, records: Iterable[dict[str, Any]]) -> "Lineage":
        """Return the lineage that records of sources tell of, as `Source.as_record` writes them."""
        return cls(
            tuple(
                Source(
                    key=record["key"],
                    title=Title(**record["title"]),
                    owner=Title(**record["owner"]),
                    date=date.fromisoformat(record["date"]),
                    status=record["status"],
                    sensitivity=record["sensitivity"],
                )
                for record in records
            )
        )

    def __or__(self, other: "Lineage") -> "Lineage":
        """Return the lineage of what is made from both."""
        return Lineage(self.sources + other.sources)

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of the layers."""
        return tuple(source.key for source in self.sources)

    @property
    def sensitivity(self) -> Sensitivity:
        """The highest level of its sources; public where it has none."""
        return highest(source.sensitivity for source in self.sources)

    @property
    def oldest(self) -> date | None:
        """Date of its oldest source; None where it has none."""
        return min((source.date for source in self.sources), default=None)

    def as_record(self) -> dict[str, Any]:
        """Return keys, highest level and oldest date as they are written beside a figure."""
        oldest = self.oldest
        return {
            "sources": list(self.keys),
            "sensitivity": self.sensitivity,
            "oldest_source": oldest.isoformat() if oldest else None,
        }


NO_SOURCES: Final = Lineage()
