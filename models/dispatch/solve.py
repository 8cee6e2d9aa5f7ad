"""One way in to all dispatch problems."""

from models.dispatch.buses.check import check as check_buses
from models.dispatch.buses.problem import BusDecision, BusEvacuation
from models.dispatch.buses.solve import solve_buses
from models.plan import Limits, Plan, Violation


def solve(problem: BusEvacuation, limits: Limits = Limits(), seed: int = 1) -> Plan[BusDecision]:  # noqa: B008
    """Plan, within limits; the same seed gives the same plan where time does not end the search."""
    return solve_buses(problem, limits, seed)


def check(problem: BusEvacuation, plan: Plan[BusDecision]) -> list[Violation]:
    """Return the constraints that a plan breaks, without a solver; empty when it keeps all of them."""
    return check_buses(problem, plan)
