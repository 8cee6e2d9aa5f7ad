"""Ways to sites that reach everyone: interchange, cases by linear programs, branch and cut for the fewest."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.arrays import IntArray
from models.clock import Clock, Tell, tell_nobody
from models.plan import Termination
from models.siting.choice import cover_lists, uncovered
from models.siting.cover_tree import decide
from models.siting.formulation import Formulation
from models.siting.question import Question, Reach
from models.siting.reduction import core
from models.siting.search import Goal, Search, Start
from models.solver import least_cost_program

# Rounding of the solver's bound on a number of sites.
BOUND_MARGIN: Final = 1e-5


def reach_everyone(question: Question, start: IntArray | None, clock: Clock, seed: int) -> Reach:
    """Look for p sites that reach everyone, or prove that there are none; sites without rules.

    Parameters
    ----------
    start
        p sites to start from, the fixed ones among them; None: random ones.
    """
    reach = swap_to_cover(question, start, clock, seed)
    return reach if reach.termination is not Termination.NO_SOLUTION else decide(question, clock)


def swap_to_cover(question: Question, start: IntArray | None, clock: Clock, seed: int) -> Reach:
    """Look for p sites that reach everyone by interchange; prices may happen to prove that there are none."""
    weight = np.ones(question.reached.shape[0])
    choice = uncovered(question.reached, weight, question.p, question.fixed_open)
    search = Search(choice, cover_lists(question.reached, weight), seed, start=Start(start))
    found = search.run(Goal(clock, bound_above=1e-5, cases=1))
    if found.total == 0:
        return Reach(found.sites, None)
    return Reach(None, found.proof if found.bound >= 1 else None)


@dataclass(frozen=True, slots=True, eq=False)
class Cover:
    """The fewest sites found that reach everyone, a bound, and whether the search was done."""

    sites: IntArray | None
    bound: int
    proven: bool


def fewest_sites(
    question: Question, clock: Clock, start: IntArray | None = None, tell: Tell = tell_nobody
) -> Cover:
    """Look for the fewest sites, fixed ones included, that reach everyone, by branch and cut on the core.

    Parameters
    ----------
    start
        Sites that reach everyone and keep the rules, to start from.
    """
    fixed = question.fixed_open
    left = core(question.reached, fixed, sites_too=not question.rules.binds)
    known = fixed if start is None else np.union1d(fixed, start)
    free = np.union1d(left.site, known)
    made = Formulation()
    made.sites(question.reached.shape[1], p=None, fixed_open=fixed, rules=question.rules, cost=1.0)
    made.greatest[0] = np.isin(np.arange(question.reached.shape[1]), free).astype(np.float64)
    i, j = np.nonzero(question.reached[left.row])
    made.require(left.row.size, (i, j, 1.0), lower=1.0)
    program = made.program()
    values = None
    if start is not None:
        values = np.isin(np.arange(program.cost.size), start).astype(np.float64)
    result = least_cost_program(program, clock.left_s, 0.0, start=values, look=clock.look(tell))
    bound = 0 if result.bound is None else int(np.ceil(result.bound - BOUND_MARGIN))
    sites = None if result.values is None else np.flatnonzero(result.values > 0.5)
    done = result.termination in (Termination.OPTIMAL, Termination.INFEASIBLE)
    return Cover(sites, bound, done)
