"""What every model returns: a decision, if there is one, and a report that says how good it is."""

from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

D = TypeVar("D")


class Termination(Enum):
    """How a solve ended."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    NO_SOLUTION = "no_solution"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a solve may take and how good is good enough."""

    time_s: float = 60.0
    relative_gap: float = 1e-4


@dataclass(frozen=True, slots=True)
class SolveReport:
    """How a solve went.

    ``objective`` and ``bound`` are None where there is none. ``gap`` is (objective - bound) / objective when
    minimising, 0 where both are 0.
    """

    termination: Termination
    objective: float | None
    bound: float | None
    wall_s: float
    solver: str
    seed: int

    @property
    def gap(self) -> float | None:
        """Relative distance of the objective from the proven bound."""
        if self.objective is None or self.bound is None:
            return None
        if self.objective == self.bound:
            return 0.0
        return abs(self.objective - self.bound) / max(abs(self.objective), 1e-12)


@dataclass(frozen=True, slots=True)
class Plan(Generic[D]):
    """A decision and its report; ``decision`` is None where none was found."""

    decision: D | None
    report: SolveReport


@dataclass(frozen=True, slots=True)
class Violation:
    """A constraint that a plan breaks: its number in the model, where, and by how much."""

    constraint: str
    where: str
    amount: float
