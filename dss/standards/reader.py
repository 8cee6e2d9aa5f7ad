"""Read values of the standards tables and remember which were read.

What a run reads is what its report lists: source and status stay with the number up to the screen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Final, Literal

import yaml

from dss.errors import ScenarioError

Status = Literal["verified", "derived", "memory", "default", "scenario"]

TABLES: Final = (
    "damage", "dasymetric", "debris", "dispersion", "earthquake", "evacuation", "fire", "flood", "pedestrian",
    "relief", "relief_fleet", "response", "roads", "secrecy", "shelters", "siting", "toxic", "typhoon",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StandardValue:
    """One value of a standard, or one column of a table by row name.

    ``status`` tells how far it may be trusted: ``verified`` was seen at its source, ``derived`` was computed
    from verified values, ``memory`` was not seen at its source, ``default`` belongs to no standard,
    ``scenario`` was set by the scenario.
    """

    key: str
    value: float | Mapping[str, float]
    unit: str
    status: Status
    source: str
    title_zh: str
    title_en: str


class StandardsReader:
    """Hands out values of the standards, and remembers which were asked for.

    Parameters
    ----------
    overrides
        Values that a scenario sets in place of a single value, by key, for instance
        ``{"flood.close_depth_car_m": 0.25}``.

    Raises
    ------
    ScenarioError
        If an override names no single value of the tables.
    """

    def __init__(self, overrides: Mapping[str, float] | None = None) -> None:
        self._values = dict(_tables())
        self._used: dict[str, StandardValue] = {}
        for key, value in (overrides or {}).items():
            known = self._values.get(key)
            if known is None or not isinstance(known.value, float):
                single = sorted(k for k, v in self._values.items() if isinstance(v.value, float))
                raise ScenarioError("standard_unknown", key=key, keys=", ".join(single))
            self._values[key] = replace(known, value=float(value), status="scenario")

    def number(self, key: str) -> float:
        """Return one value by its key."""
        value = self._read(key).value
        assert isinstance(value, float), key
        return value

    def column(self, key: str) -> Mapping[str, float]:
        """Return one column of a table, by row name."""
        value = self._read(key).value
        assert not isinstance(value, float), key
        return value

    def value(self, key: str) -> StandardValue:
        """Return a value with its unit, source and status, and remember that it was read."""
        return self._read(key)

    @property
    def used(self) -> tuple[StandardValue, ...]:
        """The values read so far, by key."""
        return tuple(self._used[key] for key in sorted(self._used))

    def _read(self, key: str) -> StandardValue:
        value = self._values[key]
        self._used[key] = value
        return value


@cache
def _tables() -> dict[str, StandardValue]:
    values: dict[str, StandardValue] = {}
    for table in TABLES:
        content = yaml.safe_load(files(__package__).joinpath(f"{table}.yaml").read_text(encoding="utf-8"))
        for name, entry in content.get("values", {}).items():
            values[f"{table}.{name}"] = _standard(f"{table}.{name}", entry, float(entry["value"]))
        for i, (name, entry) in enumerate(content.get("columns", {}).items()):
            column = {row: float(cells[i]) for row, cells in content["rows"].items() if cells[i] is not None}
            values[f"{table}.{name}"] = _standard(f"{table}.{name}", entry, column)
    return values


def _standard(key: str, entry: Mapping[str, str], value: float | Mapping[str, float]) -> StandardValue:
    return StandardValue(
        key=key,
        value=value,
        unit=entry["unit"],
        status=entry["status"],  # type: ignore[arg-type]
        source=entry["source"],
        title_zh=entry["zh"],
        title_en=entry["en"],
    )
