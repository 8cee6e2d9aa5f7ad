"""Can p sites reach everyone? The question inside set cover, p-center and any problem with refused pairs."""

import time
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from dss.arrays import BoolArray, IntArray
from models.plan import Termination
from models.siting.choice import cover_lists, uncovered
from models.siting.proof import Proof
from models.siting.search import Goal, Search
from models.solver import Program, least_cost_program

# Cases after which the search asks the solver for a cover: prices prove a "no", a "yes" may hide from swaps.
CASES: Final = 40


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """Sites that reach everyone, or a proof that there are none, or neither when time was up."""

    sites: IntArray | None
    proof: Proof | None

    @property
    def termination(self) -> Termination:
        """OPTIMAL if everyone is reached, INFEASIBLE if that is proven impossible, else NO_SOLUTION."""
        if self.sites is not None:
            return Termination.OPTIMAL
        return Termination.NO_SOLUTION if self.proof is None else Termination.INFEASIBLE


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Which demands each site reaches, how many sites are allowed, which of them are open anyway.

    Parameters
    ----------
    reached
        Whether demand i is reached from site j, shape (n, m).
    """

    reached: BoolArray
    p: int
    fixed_open: IntArray


def reach_everyone(question: Question, start: IntArray | None, until_s: float, seed: int) -> Reach:
    """Look for p sites that reach everyone, or prove that there are none.

    Parameters
    ----------
    start
        p sites to start from, the fixed ones among them; None: random ones.
    """
    weight = np.ones(question.reached.shape[0])
    choice = uncovered(question.reached, weight, question.p, question.fixed_open)
    search = Search(choice, cover_lists(question.reached, weight), seed, start)
    found = search.run(Goal(until_s, bound_above=1e-5, cases=CASES))
    if found.total > 0 and found.bound < 1:
        cover = fewest_sites(question, until_s)
        if cover is not None and cover.size <= question.p:
            return Reach(fill_up(cover, question.p, question.reached.shape[1]), None)
        found = search.resume(Goal(until_s, bound_above=1e-5))
    if found.total == 0:
        return Reach(found.sites, None)
    return Reach(None, found.proof if found.bound >= 1 else None)


def fewest_sites(question: Question, until_s: float) -> IntArray | None:
    """Return a smallest set of sites, fixed ones included, that reaches everyone; None if time is up."""
    n, m = question.reached.shape
    matrix = csr_array(question.reached, dtype=np.float64)
    lower = np.ones(n)
    lower[question.reached[:, question.fixed_open].any(axis=1)] = 0.0
    cost = np.ones(m)
    cost[question.fixed_open] = 0.0
    whole = np.ones(m, dtype=np.bool_)
    program = Program(cost, np.zeros(m), np.ones(m), whole, matrix, lower, np.full(n, np.inf))
    values = least_cost_program(program, until_s - time.perf_counter(), 0.0).values
    if values is None:
        return None
    return np.union1d(np.flatnonzero(values > 0.5), question.fixed_open)


def fill_up(sites: IntArray, p: int, count: int) -> IntArray:
    """Return some sites and the first others, p in all, ascending."""
    others = np.setdiff1d(np.arange(count), sites)
    return np.sort(np.concatenate([sites, others[: p - sites.size]]))
