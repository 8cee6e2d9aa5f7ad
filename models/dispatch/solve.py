"""One way in to all dispatch problems."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, NamedTuple, TypeAlias, overload

from models.dispatch.buses.causes import causes as causes_of_buses
from models.dispatch.buses.check import check as check_buses
from models.dispatch.buses.problem import BusDecision, BusEvacuation
from models.dispatch.buses.solve import solve_buses
from models.dispatch.clearing.causes import causes as causes_of_clearing
from models.dispatch.clearing.check import check_clearing
from models.dispatch.clearing.problem import Clearing, ClearingDecision
from models.dispatch.clearing.solve import solve_clearing
from models.dispatch.delivery.convoys.causes import causes as causes_of_delivery
from models.dispatch.delivery.convoys.check import check as check_delivery
from models.dispatch.delivery.convoys.solve import solve_with_convoys
from models.dispatch.delivery.problem import Delivery, DeliveryDecision
from models.dispatch.shuttles.causes import causes as causes_of_shuttles
from models.dispatch.shuttles.check import check_shuttles
from models.dispatch.shuttles.problem import Shuttles, ShuttlesDecision
from models.dispatch.shuttles.solve import solve_shuttles
from models.dispatch.stock.causes import causes as causes_of_stock
from models.dispatch.stock.check import check as check_stock
from models.dispatch.stock.problem import Stock, StockDecision
from models.dispatch.stock.solve import solve_stock
from models.dispatch.teams.patients.causes import causes as causes_of_patients
from models.dispatch.teams.patients.check import check_patients
from models.dispatch.teams.patients.problem import Patients, PatientsDecision
from models.dispatch.teams.patients.solve import solve_patients
from models.dispatch.teams.relocation.causes import causes as causes_of_relocation
from models.dispatch.teams.relocation.check import check_relocation
from models.dispatch.teams.relocation.problem import Relocation, RelocationDecision
from models.dispatch.teams.relocation.solve import solve_relocation
from models.dispatch.teams.units.causes import causes as causes_of_teams
from models.dispatch.teams.units.check import check_teams
from models.dispatch.teams.units.problem import Teams, TeamsDecision
from models.dispatch.teams.units.solve import solve_teams
from models.plan import Limits, Plan, Violation
from models.progress import Enough, Listener, Progress, say_nothing

Problem: TypeAlias = BusEvacuation | Delivery | Stock | Teams | Patients | Relocation | Clearing | Shuttles


class Solver(NamedTuple):
    """How problems of one type are solved, checked, and explained."""

    solve: Callable[[Any, Limits, int, Listener], Plan[Any]]
    check: Callable[[Any, Plan[Any]], list[Violation]]
    causes: Callable[[Any], list[Violation]]


def _told_once(solve: Callable[[Any, Limits, int], Plan[Any]]) -> Callable[..., Plan[Any]]:
    """Return a solver, whose plans are made in one go, that tells how they ended."""

    def solve_and_tell(problem: Any, limits: Limits, seed: int, listener: Listener) -> Plan[Any]:
        plan = solve(problem, limits, seed)
        report = plan.report
        if report.objective is not None and report.bound is not None:
            with suppress(Enough):
                listener(Progress(report.objective, report.bound, report.wall_s))
        return plan

    return solve_and_tell


SOLVERS: Final[dict[type[Problem], Solver]] = {
    BusEvacuation: Solver(solve_buses, check_buses, causes_of_buses),
    Delivery: Solver(solve_with_convoys, check_delivery, causes_of_delivery),
    Stock: Solver(_told_once(solve_stock), check_stock, causes_of_stock),
    Teams: Solver(_told_once(solve_teams), check_teams, causes_of_teams),
    Patients: Solver(_told_once(solve_patients), check_patients, causes_of_patients),
    Relocation: Solver(_told_once(solve_relocation), check_relocation, causes_of_relocation),
    Clearing: Solver(solve_clearing, check_clearing, causes_of_clearing),
    Shuttles: Solver(_told_once(solve_shuttles), check_shuttles, causes_of_shuttles),
}


@overload
def solve(
    problem: BusEvacuation, limits: Limits = ..., seed: int = ..., *, listener: Listener = ...
) -> Plan[BusDecision]: ...
@overload
def solve(
    problem: Delivery, limits: Limits = ..., seed: int = ..., *, listener: Listener = ...
) -> Plan[DeliveryDecision]: ...
@overload
def solve(
    problem: Stock, limits: Limits = ..., seed: int = ..., *, listener: Listener = ...
) -> Plan[StockDecision]: ...
@overload
def solve(
    problem: Teams, limits: Limits = ..., seed: int = ..., *, listener: Listener = ...
) -> Plan[TeamsDecision]: ...
@overload
def solve(
    problem: Patients, limits: Limits = ..., seed: int = ..., *, listener: Listener = ...
) -> Plan[PatientsDecision]: ...
@overload
def solve(
    problem: Relocation, limits: Limits = ..., seed: int = ..., *, listener: Listener = ...
) -> Plan[RelocationDecision]: ...
@overload
def solve(
    problem: Clearing, limits: Limits = ..., seed: int = ..., *, listener: Listener = ...
) -> Plan[ClearingDecision]: ...
@overload
def solve(
    problem: Shuttles, limits: Limits = ..., seed: int = ..., *, listener: Listener = ...
) -> Plan[ShuttlesDecision]: ...
def solve(
    problem: Problem,
    limits: Limits = Limits(),  # noqa: B008
    seed: int = 1,
    *,
    listener: Listener = say_nothing,
) -> Plan[Any]:
    """Plan, within limits; the same seed gives the same plan where time does not end the search.

    Parameters
    ----------
    listener
        Of buses, deliveries and clearing it is told each better value and bound, and the last again now and
        then; it ends the search by raising ``Enough``: then the best plan so far is returned. What else it
        raises ends it too, and reaches the caller. All other plans are made in one go and told once.
    """
    return SOLVERS[type(problem)].solve(problem, limits, seed, listener)


def check(problem: Problem, plan: Plan[Any]) -> list[Violation]:
    """Return the constraints that a plan breaks, without a solver; empty when it keeps all of them."""
    return SOLVERS[type(problem)].check(problem, plan)


def causes(problem: Problem) -> list[Violation]:
    """Return why a problem has no plan, or why some of it must be left undone, as far as it can be seen."""
    return SOLVERS[type(problem)].causes(problem)
