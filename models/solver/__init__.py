"""The only package that imports solvers; their statuses are mapped once, here."""

from models.solver.columns import GrowingProgram
from models.solver.flow import greatest_flow, least_cost_flow
from models.solver.mixed import MixedProgramme, MixedSolution, solve_mixed
from models.solver.program import Program, ProgramResult, Relaxed, least_cost_program, relax

__all__ = [
    "GrowingProgram",
    "MixedProgramme",
    "MixedSolution",
    "Program",
    "ProgramResult",
    "Relaxed",
    "greatest_flow",
    "least_cost_flow",
    "least_cost_program",
    "relax",
    "solve_mixed",
]
