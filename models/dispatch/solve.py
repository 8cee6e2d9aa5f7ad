"""One way in to all dispatch problems."""

from typing import overload

from models.dispatch.buses.check import check as check_buses
from models.dispatch.buses.problem import BusDecision, BusEvacuation
from models.dispatch.buses.solve import solve_buses
from models.dispatch.clearing.check import check_clearing
from models.dispatch.clearing.problem import Clearing, ClearingDecision
from models.dispatch.clearing.solve import solve_clearing
from models.dispatch.teams.patients.check import check_patients
from models.dispatch.teams.patients.problem import Patients, PatientsDecision
from models.dispatch.teams.patients.solve import solve_patients
from models.dispatch.teams.relocation.check import check_relocation
from models.dispatch.teams.relocation.problem import Relocation, RelocationDecision
from models.dispatch.teams.relocation.solve import solve_relocation
from models.dispatch.teams.units.check import check_teams
from models.dispatch.teams.units.problem import Teams, TeamsDecision
from models.dispatch.teams.units.solve import solve_teams
from models.plan import Limits, Plan, Violation


@overload
def solve(problem: BusEvacuation, limits: Limits = ..., seed: int = ...) -> Plan[BusDecision]: ...
@overload
def solve(problem: Teams, limits: Limits = ..., seed: int = ...) -> Plan[TeamsDecision]: ...
@overload
def solve(problem: Patients, limits: Limits = ..., seed: int = ...) -> Plan[PatientsDecision]: ...
@overload
def solve(problem: Relocation, limits: Limits = ..., seed: int = ...) -> Plan[RelocationDecision]: ...
@overload
def solve(problem: Clearing, limits: Limits = ..., seed: int = ...) -> Plan[ClearingDecision]: ...
def solve(problem, limits=Limits(), seed=1):  # type: ignore[no-untyped-def]  # noqa: B008
    """Plan, within limits; the same seed gives the same plan where time does not end the search."""
    match problem:
        case Teams():
            return solve_teams(problem, seed)
        case Patients():
            return solve_patients(problem, seed)
        case Relocation():
            return solve_relocation(problem, limits, seed)
        case Clearing():
            return solve_clearing(problem, limits, seed)
        case _:
            return solve_buses(problem, limits, seed)


@overload
def check(problem: BusEvacuation, plan: Plan[BusDecision]) -> list[Violation]: ...
@overload
def check(problem: Teams, plan: Plan[TeamsDecision]) -> list[Violation]: ...
@overload
def check(problem: Patients, plan: Plan[PatientsDecision]) -> list[Violation]: ...
@overload
def check(problem: Relocation, plan: Plan[RelocationDecision]) -> list[Violation]: ...
@overload
def check(problem: Clearing, plan: Plan[ClearingDecision]) -> list[Violation]: ...
def check(problem, plan):  # type: ignore[no-untyped-def]
    """Return the constraints that a plan breaks, without a solver; empty when it keeps all of them."""
    match problem:
        case Teams():
            return check_teams(problem, plan)
        case Patients():
            return check_patients(problem, plan)
        case Relocation():
            return check_relocation(problem, plan)
        case Clearing():
            return check_clearing(problem, plan)
        case _:
            return check_buses(problem, plan)
