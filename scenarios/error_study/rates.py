"""Which share of a layer's records is wrong: assumed, stated, or as an audit found."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from dss.errors import ScenarioError

DEFAULT_RATE: Final = 0.05
"""About one record in twenty of a one map is wrong or stale: what cities say of theirs, not a standard."""


@dataclass(frozen=True, slots=True)
class Rates:
    """The share of wrong records by layer.

    Parameters
    ----------
    by_layer
        0 to 1 by layer key.
    otherwise
        Share of layers that are not named; None where nothing is known of them.
    origin
        ``default``, ``file`` or ``audit``.

    Raises
    ------
    ScenarioError
        If a share is not within 0 to 1.
    """

    by_layer: Mapping[str, float] = field(default_factory=dict)
    otherwise: float | None = DEFAULT_RATE
    origin: str = "default"

    def __post_init__(self) -> None:
        for key, rate in self.by_layer.items():
            if not 0 <= rate <= 1:
                raise ScenarioError("errors_rate", layer=key, value=rate)

    def of(self, key: str) -> float | None:
        """Return the share of a layer; None where nothing is known."""
        return self.by_layer.get(key, self.otherwise)

    def require_layers(self, keys: Sequence[str]) -> None:
        """Refuse rates of layers that the map does not have.

        Raises
        ------
        ScenarioError
            If a layer is not among the keys.
        """
        for key in self.by_layer:
            if key not in keys and self.origin == "file":
                raise ScenarioError("errors_layer", layer=key, layers=", ".join(keys))


def read_rates(path: Path) -> Rates:
    """Read rates from a YAML file: layer key to share; layers it does not name get no errors.

    Raises
    ------
    ScenarioError
        If the file is no mapping of layer keys to numbers from 0 to 1.
    """
    content = _mapping(path)
    for key, value in content.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ScenarioError("errors_rate", layer=key, value=value)
    return Rates({str(key): float(value) for key, value in content.items()}, None, "file")


def rates_of_audit(path: Path) -> Rates:
    """Read the rates that an audit found; layers it does not name get no errors.

    Records at fault themselves are counted, by all records: a layer that is stale or shifted as a whole is
    not wrong in every record in the way that this study's errors are.

    Raises
    ------
    ScenarioError
        If the file is no audit report.
    """
    layers = _mapping(path).get("layers")
    if not isinstance(layers, dict):
        raise ScenarioError("errors_audit", file=path, why="layers")
    found = {}
    for key, entry in layers.items():
        try:
            records, faulty = int(entry["records"]), int(entry["faulty_alone"])
        except (KeyError, TypeError, ValueError) as error:
            raise ScenarioError("errors_audit", file=path, why=f"layers.{key}") from error
        if records > 0:
            found[str(key)] = min(faulty / records, 1.0)
    return Rates(found, None, "audit")


def _mapping(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
        content = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, ValueError, yaml.YAMLError) as error:
        raise ScenarioError("yaml_broken", file=path, why=" ".join(str(error).split())) from error
    if not isinstance(content, dict):
        raise ScenarioError("yaml_broken", file=path, why="no keys")
    return content
