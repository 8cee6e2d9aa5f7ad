"""Max coverage with capacities, demands split: persons of merged demands on pairs, by HiGHS.

With W_g the weight of merged demand g, x_gj the weight of g that site j serves:

    greatest sum x_gj  subject to  sum_j x_gj <= W_g,  sum_g x_gj <= Q_j y_j,  x_gj <= min(W_g, Q_j) y_j

The prices of the first rows prove the value of the linear relaxation, by (C) of :mod:`.capacity`. A program
over the sites that the relaxation uses gives a plan; the one over all sites improves plan and bound.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from dss.arrays import BoolArray, FloatArray, IntArray
from models.plan import Plan, Termination
from models.siting.capacity import capacity_bound, service_of
from models.siting.formulation import Formulation
from models.siting.problem import MaxCoverage, SitingDecision
from models.siting.proof import BoundBy, CapacityProof
from models.siting.reduction import Merged, merge
from models.siting.report import Asked, Run
from models.siting.ruled import first_sites, swapped
from models.solver import Program, least_cost_program, relax

RELAX_SHARE: Final = 0.4
# Part of the time that is left for the program over the sites that the relaxation uses.
FIRST_SHARE: Final = 0.5
# Least value in the relaxation of a site that is used.
LEAST_USE: Final = 1e-6
# Shares below this are the solver's rounding.
LEAST_SHARE: Final = 1e-9


def solve_shared_coverage(problem: MaxCoverage, asked: Asked) -> Plan[SitingDecision]:
    """Cover the most weight within radius and capacities; needs a problem without causes."""
    run = Run(asked, "linear relaxation, restricted and whole branch and cut (HiGHS)", greatest=True)
    merged = merge(problem.cost <= problem.radius, problem.weight)
    program, pairs = _program(problem, merged)
    reachable = float(merged.weight.sum())
    most, proof, by = reachable, None, BoundBy.PROOF
    m = problem.cost.shape[1]
    values = _first(problem, merged, program, run)
    if values is not None:
        run.tell(-float(program.cost @ values), most)
    relaxed = relax(program, RELAX_SHARE * run.left_s, run.clock.look())
    if relaxed is not None:
        prices = 1.0 - np.clip(-relaxed.prices[-merged.weight.size :], 0.0, 1.0)
        proof = _proof(problem, merged, prices)
        most = min(most, float(problem.weight.sum()) - capacity_bound(service_of(problem), proof))
        used = relaxed.values[:m] > LEAST_USE
        used |= False if values is None else values[:m] > 0.5
        small = replace(program, greatest=_closed(program.greatest, used, m))
        look = run.clock.look(lambda value, _: run.tell(-value, most))
        found = least_cost_program(
            small, FIRST_SHARE * run.left_s, run.limits.relative_gap, start=values, look=look
        )
        values = _better(program, values, found.values)
    look = run.clock.look(lambda value, bound: run.tell(-value, min(most, -bound)))
    result = least_cost_program(program, run.left_s, run.limits.relative_gap, start=values, look=look)
    if result.termination is Termination.INFEASIBLE:
        return run.without(Termination.INFEASIBLE)
    values = _better(program, values, result.values)
    if values is None:
        return run.without(Termination.NO_SOLUTION)
    if result.bound is not None and -result.bound < most * (1 - 1e-9):
        most, by = -result.bound, BoundBy.SOLVER
    served = _read(problem, merged, pairs, values)
    decision = SitingDecision(served.sites, served.share, proof, by)
    return run.finished(decision, served.total, max(most, served.total))


def _program(problem: MaxCoverage, merged: Merged) -> tuple[Program, tuple[IntArray, IntArray]]:
    """Return the program, minimising minus what is served; the rows of the demands come last."""
    capacity = problem.capacity
    assert capacity is not None
    i, j = np.nonzero(merged.covered)
    made = Formulation()
    m, k = problem.cost.shape[1], np.arange(i.size)
    y = made.sites(m, p=problem.p, fixed_open=problem.fixed_open, rules=problem.rules)
    x = made.add(i.size, cost=-1.0, greatest=merged.weight[i])
    made.require(m, (j, x, 1.0), (np.arange(m), y, -capacity), upper=0.0)
    made.require(i.size, (k, x, 1.0), (k, y[j], -np.minimum(merged.weight[i], capacity[j])), upper=0.0)
    made.require(merged.weight.size, (i, x, 1.0), upper=merged.weight)
    return made.program(), (i, j)


def _first(problem: MaxCoverage, merged: Merged, program: Program, run: Run) -> FloatArray | None:
    """Return the best service of the sites that cover most without capacities, if any keep the rules."""
    free = replace(problem, capacity=None)
    sites = first_sites(free, run)
    if sites is None:
        return None
    if problem.p is not None and merged.weight.size:
        sites = swapped(free, merged, sites, run)
    m = problem.cost.shape[1]
    opened = np.isin(np.arange(m), sites)
    least = np.concatenate([opened.astype(np.float64), program.least[m:]])
    given = replace(program, least=least, greatest=_closed(program.greatest, opened, m))
    return least_cost_program(given, run.left_s, 0.0, look=run.clock.look()).values


def _proof(problem: MaxCoverage, merged: Merged, prices: FloatArray) -> CapacityProof:
    """Return prices per weight of the merged demands as prices of the demands."""
    return CapacityProof(np.append(prices, 1.0)[merged.group] * problem.weight)


def _closed(greatest: FloatArray, used: BoolArray, m: int) -> FloatArray:
    return np.concatenate([np.where(used, greatest[:m], 0.0), greatest[m:]])


def _better(program: Program, a: FloatArray | None, b: FloatArray | None) -> FloatArray | None:
    if a is None or b is None:
        return b if a is None else a
    return a if program.cost @ a < program.cost @ b else b


@dataclass(frozen=True, slots=True, eq=False)
class _Served:
    """Open sites, the share of each demand at them, (n, m), and the weight that is served."""

    sites: IntArray
    share: csr_array
    total: float


def _read(
    problem: MaxCoverage, merged: Merged, pairs: tuple[IntArray, IntArray], values: FloatArray
) -> _Served:
    """Return what a program's values serve, freed of the solver's rounding."""
    m = problem.cost.shape[1]
    sites = np.flatnonzero(values[:m] > 0.5)
    part = values[m:] / np.where(merged.weight > 0, merged.weight, 1.0)[pairs[0]]
    part[(part < LEAST_SHARE) | ~np.isin(pairs[1], sites)] = 0.0
    given = np.bincount(pairs[0], part, merged.weight.size)
    part /= np.maximum(given, 1.0)[pairs[0]]
    of_group = csr_array((part, pairs), shape=(merged.weight.size + 1, m))
    share = csr_array(of_group[merged.group])
    share.eliminate_zeros()
    return _Served(sites, share, float(problem.weight @ share.sum(axis=1)))
