"""Say how a solve ended: the same words for all siting models."""

import time
from dataclasses import dataclass
from typing import Any, TypeVar

from models.clock import Audience, Clock
from models.plan import Limits, Plan, SolveReport, Termination
from models.progress import Listener, Telling, say_nothing
from models.siting.proof import ROUNDING
from models.solver import ProgramResult

D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Asked:
    """How long, by which chance, and for whom a solve runs."""

    limits: Limits
    seed: int
    listener: Listener = say_nothing


class Run:
    """A solve under way: its limits, seed and the name of the method; it starts when it is made.

    Parameters
    ----------
    greatest
        Whether greater values are better.
    """

    def __init__(self, asked: Asked, solver: str, *, greatest: bool = False) -> None:
        self.started_s = time.perf_counter()
        self.limits, self.seed, self.solver = asked.limits, asked.seed, solver
        audience = Audience(Telling(asked.listener, greatest=greatest))
        self.clock = Clock(self.started_s + asked.limits.time_s, audience)
        self.tell = audience.tell

    @property
    def took_s(self) -> float:
        """Seconds since the solve began."""
        return time.perf_counter() - self.started_s

    @property
    def left_s(self) -> float:
        """Seconds until the limit, at least 0; 0 once the listener has enough."""
        return self.clock.left_s

    def finished(self, decision: D, objective: float, bound: float) -> Plan[D]:
        """Return a plan with a decision, and tell it; it is optimal if the bound is within the gap."""
        self.tell(objective, bound)
        slack = max(self.limits.relative_gap, ROUNDING) * abs(objective)
        close = abs(objective - bound) <= slack
        return Plan(
            decision, self._report(Termination.OPTIMAL if close else Termination.FEASIBLE, objective, bound)
        )

    def without(self, termination: Termination, bound: float | None = None) -> Plan[Any]:
        """Return a plan without a decision."""
        return Plan(None, self._report(termination, None, bound))

    def _report(self, termination: Termination, objective: float | None, bound: float | None) -> SolveReport:
        return SolveReport(termination, objective, bound, self.took_s, self.solver, self.seed)


def nothing_found(result: ProgramResult) -> Termination:
    """Return how a program without values ended: infeasible if that is proven, else without a solution."""
    proven = result.termination is Termination.INFEASIBLE
    return Termination.INFEASIBLE if proven else Termination.NO_SOLUTION
