"""What a hazard does: who must leave, which edges are closed or slowed and when, what is lost, and why.

Index names: ``i`` cells, ``f`` road features, ``e`` directed edges, ``m`` facilities of one role.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from dss.arrays import BoolArray, FloatArray, IntArray
from dss.hazard.hazard import Measure

Mode = Literal["walk", "drive", "emergency"]

MODES: Final[tuple[Mode, ...]] = ("walk", "drive", "emergency")
"""On foot, by car, by fire engine or truck."""

REASONS: Final = (
    "none",
    "flood_leave", "flood_closed", "flood_slowed", "flood_lost",
    "earthquake_displaced", "earthquake_debris", "earthquake_inspection", "earthquake_collapse",
    "toxic_leave", "toxic_closed", "toxic_lost",
    "fire_leave", "fire_closed", "fire_lost",
    "typhoon_leave", "typhoon_closed", "typhoon_lost",
    "polygon_leave", "polygon_closed", "polygon_slowed", "polygon_lost",
)  # fmt: skip
"""Why a feature is affected; arrays hold the place in this list, texts are ``reason.<name>``."""


def reason_code(name: str) -> int:
    """Return the code of a reason."""
    return REASONS.index(name)


@dataclass(frozen=True, slots=True, eq=False)
class CellImpact:
    """What happens to the cells.

    Parameters
    ----------
    value
        Worst value of the hazard in each cell, shape (n,).
    share
        Share of each cell's area, or of its people, that must be left, shape (n,).
    leaves
        Cells that people must leave, shape (n,).
    persons
        Whole persons who must leave, shape (n,); 0 where nobody must.
    walk_factor
        By how much walking to the next open road takes longer, shape (n,); inf where nobody can walk out.
    from_s
        When each cell must be left, shape (n,); inf never.
    reason
        Shape (n,).
    """

    value: FloatArray
    share: FloatArray
    leaves: BoolArray
    persons: IntArray
    walk_factor: FloatArray
    from_s: FloatArray
    reason: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class RoadImpact:
    """What happens to the roads.

    Parameters
    ----------
    value
        Worst value of the hazard along each road feature, shape (n features,); 0 on those it spares.
    edge_s
        Time of each edge by mode at the planned time, shape (n edges,); inf where closed.
    close_s
        First time at which the hazard closes each edge, by mode, shape (n edges,); inf where it never does.
        An edge that the mode could not use before stays inf here too.
    step_s
        Time of each edge by mode in each step of the hazard, shape (k, n edges); inf while closed.
    reason
        Why each feature is closed or slowed for cars, shape (n features,).
    """

    value: FloatArray
    edge_s: Mapping[Mode, FloatArray]
    step_s: Mapping[Mode, FloatArray]
    close_s: Mapping[Mode, FloatArray]
    reason: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class FacilityImpact:
    """What happens to the facilities of one role.

    Parameters
    ----------
    value
        Worst value of the hazard at each one, shape (m,).
    lost
        Which cannot be used, shape (m,).
    from_s
        When each one is lost, shape (m,); inf never.
    reason
        Shape (m,).
    """

    value: FloatArray
    lost: BoolArray
    from_s: FloatArray
    reason: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Impact:
    """The effect of a hazard on cells, roads and facilities.

    States are those at ``at_s``, or the worst over all steps where it is None; times (``from_s``,
    ``close_s``) always look at all steps.

    Parameters
    ----------
    kind, measure
        Which hazard, and what its values say.
    at_s
        The planned time.
    facilities
        By role, for instance ``shelters``.
    """

    kind: str
    measure: Measure
    at_s: float | None
    cells: CellImpact
    roads: RoadImpact
    facilities: Mapping[str, FacilityImpact]
