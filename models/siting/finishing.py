"""The end that models of several levels or phases share: a program where it is small, then the report."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from dss.arrays import FloatArray
from models.plan import Plan, SolveReport, Termination, Violation
from models.siting.report import Run, nothing_found
from models.solver import Program, least_cost_program

D = TypeVar("D")

# Relative, of values that are added up in another order.
ROUNDING = 1e-7


@dataclass(frozen=True, slots=True)
class Exact(Generic[D]):
    """A problem as a program.

    Parameters
    ----------
    program
        Builds it.
    write, read
        A plan as values of its variables, and the plan that values stand for.
    cost
        The objective of a plan, to be least.
    """

    program: Callable[[], Program]
    write: Callable[[D], FloatArray]
    read: Callable[[FloatArray], D]
    cost: Callable[[D], float]

    def solve(self, best: D | None, bound: float, run: Run) -> tuple[D | None, float, Termination]:
        """Return the better plan, the program's bound, and how the program ended without a plan."""
        look = run.clock.look(lambda value, least: run.tell(value, max(least, bound)))
        start = None if best is None else self.write(best)
        result = least_cost_program(
            self.program(), run.left_s, run.limits.relative_gap, start=start, look=look
        )
        proven = bound if result.bound is None else result.bound
        if result.values is None:
            return best, proven, nothing_found(result)
        found = self.read(result.values)
        better = best is None or self.cost(found) < self.cost(best)
        return found if better else best, proven, result.termination


def finish(exact: Exact[D], best: D | None, bound: float, run: Run, *, small: bool) -> Plan[D]:
    """Return the best plan, from the program too where it is small or there is no plan yet.

    Parameters
    ----------
    best, bound
        The best plan and the best bound so far.
    """
    ended = Termination.NO_SOLUTION
    if best is not None:
        run.tell(exact.cost(best), bound)
    if run.left_s > 0 and (small or best is None):
        found, proven, ended = exact.solve(best, bound, run)
        best, bound = found, max(bound, proven)
    if best is None:
        return run.without(ended)
    total = exact.cost(best)
    return run.finished(best, total, min(bound, total))


def stated_wrongly(report: SolveReport, cost: float) -> Iterator[Violation]:
    """Yield an objective that is not the plan's cost, and a bound that the plan itself refutes."""
    slack = ROUNDING * max(cost, 1.0)
    if report.objective is not None and abs(cost - report.objective) > slack:
        yield Violation("objective", "report", report.objective)
    if report.bound is not None and report.bound > cost + slack:
        yield Violation("bound", "better than possible", report.bound - cost)
