"""The only package that imports solvers; their statuses are mapped once, here."""

from models.solver.branching import BranchedProgram
from models.solver.columns import GrowingProgram
from models.solver.flow import greatest_flow, least_cost_flow
from models.solver.mixed import MixedProgramme, MixedSolution, solve_mixed
from models.solver.program import Look, Program, ProgramResult, Relaxed, least_cost_program, relax
from models.solver.route_problem import Parcels, Route, RouteProblem, VehicleGroups
from models.solver.routes import RouteLook, best_routes, go_on

__all__ = [
    "BranchedProgram",
    "GrowingProgram",
    "Look",
    "MixedProgramme",
    "MixedSolution",
    "Parcels",
    "Program",
    "ProgramResult",
    "Relaxed",
    "Route",
    "RouteLook",
    "RouteProblem",
    "VehicleGroups",
    "best_routes",
    "go_on",
    "greatest_flow",
    "least_cost_flow",
    "least_cost_program",
    "relax",
    "solve_mixed",
]
