"""One way in to all dispatch problems."""

from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeAlias, overload

from models.dispatch.buses.causes import causes as causes_of_buses
from models.dispatch.buses.check import check as check_buses
from models.dispatch.buses.problem import BusDecision, BusEvacuation
from models.dispatch.buses.solve import solve_buses
from models.dispatch.clearing.causes import causes as causes_of_clearing
from models.dispatch.clearing.check import check_clearing
from models.dispatch.clearing.problem import Clearing, ClearingDecision
from models.dispatch.clearing.solve import solve_clearing
from models.dispatch.delivery.causes import causes as causes_of_delivery
from models.dispatch.delivery.check import check as check_delivery
from models.dispatch.delivery.problem import Delivery, DeliveryDecision
from models.dispatch.delivery.solve import solve_delivery
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

Problem: TypeAlias = BusEvacuation | Delivery | Stock | Teams | Patients | Relocation | Clearing | Shuttles


class Solver(NamedTuple):
    """How problems of one type are solved, checked, and explained."""

    solve: Callable[[Any, Limits, int], Plan[Any]]
    check: Callable[[Any, Plan[Any]], list[Violation]]
    causes: Callable[[Any], list[Violation]]


SOLVERS: Final[dict[type[Problem], Solver]] = {
    BusEvacuation: Solver(solve_buses, check_buses, causes_of_buses),
    Delivery: Solver(solve_delivery, check_delivery, causes_of_delivery),
    Stock: Solver(solve_stock, check_stock, causes_of_stock),
    Teams: Solver(solve_teams, check_teams, causes_of_teams),
    Patients: Solver(solve_patients, check_patients, causes_of_patients),
    Relocation: Solver(solve_relocation, check_relocation, causes_of_relocation),
    Clearing: Solver(solve_clearing, check_clearing, causes_of_clearing),
    Shuttles: Solver(solve_shuttles, check_shuttles, causes_of_shuttles),
}


@overload
def solve(problem: BusEvacuation, limits: Limits = ..., seed: int = ...) -> Plan[BusDecision]: ...
@overload
def solve(problem: Delivery, limits: Limits = ..., seed: int = ...) -> Plan[DeliveryDecision]: ...
@overload
def solve(problem: Stock, limits: Limits = ..., seed: int = ...) -> Plan[StockDecision]: ...
@overload
def solve(problem: Teams, limits: Limits = ..., seed: int = ...) -> Plan[TeamsDecision]: ...
@overload
def solve(problem: Patients, limits: Limits = ..., seed: int = ...) -> Plan[PatientsDecision]: ...
@overload
def solve(problem: Relocation, limits: Limits = ..., seed: int = ...) -> Plan[RelocationDecision]: ...
@overload
def solve(problem: Clearing, limits: Limits = ..., seed: int = ...) -> Plan[ClearingDecision]: ...
@overload
def solve(problem: Shuttles, limits: Limits = ..., seed: int = ...) -> Plan[ShuttlesDecision]: ...
def solve(problem: Problem, limits: Limits = Limits(), seed: int = 1) -> Plan[Any]:  # noqa: B008
    """Plan, within limits; the same seed gives the same plan where time does not end the search."""
    return SOLVERS[type(problem)].solve(problem, limits, seed)


def check(problem: Problem, plan: Plan[Any]) -> list[Violation]:
    """Return the constraints that a plan breaks, without a solver; empty when it keeps all of them."""
    return SOLVERS[type(problem)].check(problem, plan)


def causes(problem: Problem) -> list[Violation]:
    """Return why a problem has no plan, or why some of it must be left undone, as far as it can be seen."""
    return SOLVERS[type(problem)].causes(problem)
