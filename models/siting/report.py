"""Say how a solve ended: the same words for all siting models."""

import time
from dataclasses import dataclass, field
from typing import Any, TypeVar

from models.plan import Limits, Plan, SolveReport, Termination
from models.siting.proof import ROUNDING
from models.solver import ProgramResult

D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Run:
    """A solve under way: its limits, seed and the name of the method; it starts when it is made."""

    limits: Limits
    seed: int
    solver: str
    started_s: float = field(default_factory=time.perf_counter)

    @property
    def until_s(self) -> float:
        """When the time is up, by ``time.perf_counter``."""
        return self.started_s + self.limits.time_s

    @property
    def left_s(self) -> float:
        """Seconds until the limit, at least 0."""
        return max(0.0, self.until_s - time.perf_counter())

    def finished(self, decision: D, objective: float, bound: float) -> Plan[D]:
        """Return a plan with a decision; it is optimal if the bound is within the gap."""
        slack = max(self.limits.relative_gap, ROUNDING) * abs(objective)
        close = abs(objective - bound) <= slack
        return Plan(
            decision, self._report(Termination.OPTIMAL if close else Termination.FEASIBLE, objective, bound)
        )

    def without(self, termination: Termination, bound: float | None = None) -> Plan[Any]:
        """Return a plan without a decision."""
        return Plan(None, self._report(termination, None, bound))

    def _report(self, termination: Termination, objective: float | None, bound: float | None) -> SolveReport:
        wall_s = time.perf_counter() - self.started_s
        return SolveReport(termination, objective, bound, wall_s, self.solver, self.seed)


def nothing_found(result: ProgramResult) -> Termination:
    """Return how a program without values ended: infeasible if that is proven, else without a solution."""
    proven = result.termination is Termination.INFEASIBLE
    return Termination.INFEASIBLE if proven else Termination.NO_SOLUTION
