"""What a rule finds: records, places of a layer, or a whole layer, with the values that its text names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from dss.arrays import IntArray
from dss.onemap.audit.layer import GeometryArray

Severity = Literal["error", "warning", "info"]
Why = Literal[
    "no_layer", "no_kind", "not_asked", "field_unbound", "role_missing", "other_kind", "no_cycle", "too_few",
    "failed",
]  # fmt: skip

SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "info")


@dataclass(frozen=True, slots=True, eq=False)
class RecordHits:
    """Records that break a rule.

    Parameters
    ----------
    rows
        Their rows in the layer, shape (k,).
    values
        What the rule's text names, one value a record each.
    others
        Rows of the same layer that share in the fault, one tuple a record; empty where none do.
    severity
        Where it differs from the rule's.
    """

    rows: IntArray
    values: Mapping[str, Sequence[object]] = field(default_factory=dict)
    others: tuple[tuple[int, ...], ...] = ()
    severity: Severity | None = None


@dataclass(frozen=True, slots=True, eq=False)
class PlaceHits:
    """Places of a layer that no record of it answers for: gaps.

    ``near`` are the rows that border on each place.
    """

    geometry: GeometryArray
    values: Mapping[str, Sequence[object]]
    near: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class LayerHit:
    """A fault of a whole layer."""

    values: Mapping[str, object]
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Unclear:
    """A rule that cannot judge a layer, and why."""

    why: Why
    values: Mapping[str, object] = field(default_factory=dict)


Found = RecordHits | PlaceHits | LayerHit | Unclear


def rows_where(mask: np.ndarray) -> IntArray:
    """Return the rows where a mask is true."""
    return np.flatnonzero(mask).astype(np.int64)
