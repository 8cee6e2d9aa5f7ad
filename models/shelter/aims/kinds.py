"""What an allocation is to achieve, and what proves that it does.

Every aim first leaves the fewest unmet. Then

    TotalTime      the least weighted person-time
    LongestTrip    the shortest longest trip T, then the least weighted person-time among plans that keep T
    ShareWithin    the least T within which a share of those placed arrive (0.95: the 95th percentile), then
                   the least weighted person-time at that share
    Weighed        the least  total * (weighted person-time) + longest * (persons) * (longest trip): a weight
                   of 1 on the longest trip counts it as though everyone made it
"""

from dataclasses import dataclass
from typing import TypeAlias

from dss.arrays import FloatArray, IntArray
from dss.errors import ProblemError


@dataclass(frozen=True, slots=True)
class TotalTime:
    """The least weighted person-time."""


@dataclass(frozen=True, slots=True)
class LongestTrip:
    """The shortest longest trip, then the least weighted person-time."""


@dataclass(frozen=True, slots=True)
class ShareWithin:
    """The least time within which ``share`` of those placed arrive, then the least weighted person-time."""

    share: float = 0.95

    def __post_init__(self) -> None:
        if not 0 < self.share < 1:
            raise ProblemError("shelter_share", value=self.share)


@dataclass(frozen=True, slots=True)
class Weighed:
    """Total and longest trip, weighed against each other."""

    total: float = 1.0
    longest: float = 1.0

    def __post_init__(self) -> None:
        if not (0 < self.total < float("inf") and 0 < self.longest < float("inf")):
            raise ProblemError("shelter_weights", total=self.total, longest=self.longest)


Aim: TypeAlias = TotalTime | LongestTrip | ShareWithin | Weighed


@dataclass(frozen=True, slots=True, eq=False)
class LongestProof:
    """Proves the longest trip.

    Parameters
    ----------
    limit_s
        No trip of the plan takes longer, and one takes this long.
    bound_s
        In every plan that leaves no more unmet, somebody travels at least this long; equal to ``limit_s``
        unless whole zones left a gap.
    cells
        Cells (zones, where they stay together) for which arcs shorter than ``bound_s`` lead to too few
        places; none where ``bound_s`` is 0.
    """

    limit_s: float
    bound_s: float
    cells: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class ShareProof:
    """Proves the time within which a share arrives.

    Parameters
    ----------
    limit_s
        At least the share of those placed arrive within it.
    prices
        Of a place where only trips of ``limit_s`` or more cost, one each, and an unmet person more than all:
        they prove that too many would travel that long in every plan, shape (m,).
    toll_s
        Seconds that each trip beyond ``limit_s`` counts more in the second step, where their number is bound.
    bound_s
        What ``prices`` prove in place of ``limit_s`` where whole zones left a gap; None: there is none.
    """

    limit_s: float
    prices: FloatArray
    toll_s: float
    bound_s: float | None = None

    @property
    def proven_s(self) -> float:
        """In every plan that leaves no more unmet, too many travel this long or longer."""
        return self.limit_s if self.bound_s is None else self.bound_s


@dataclass(frozen=True, slots=True, eq=False)
class WeighedStep:
    """Proves a bound for the plans whose longest trip is above the step before and at most ``limit_s``.

    ``prices``, shape (m,), are those of the problem with no longer arcs; so are ``multipliers``, shape
    (zones,), where zones stay together.
    """

    limit_s: float
    prices: FloatArray
    multipliers: FloatArray | None = None


@dataclass(frozen=True, slots=True, eq=False)
class WeighedProof:
    """Proves the weighed aim: no plan is shorter than ``longest``; each step bounds the plans up to it."""

    longest: LongestProof
    steps: tuple[WeighedStep, ...]


AimProof: TypeAlias = LongestProof | ShareProof | WeighedProof
