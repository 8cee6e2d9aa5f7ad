"""Can p sites reach everyone? The question inside set cover, p-center and any problem with refused pairs."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.arrays import BoolArray, IntArray
from models.plan import Termination
from models.siting.choice import cover_lists, uncovered
from models.siting.clock import Clock, Tell, tell_nobody
from models.siting.formulation import Formulation
from models.siting.proof import Proof
from models.siting.reduction import core
from models.siting.rules import NO_RULES, SiteRules
from models.siting.search import Goal, Search, Start
from models.solver import least_cost_program

# Cases after which the search asks the solver for a cover: prices prove a "no", a "yes" may hide from swaps.
CASES: Final = 40
# Rounding of the solver's bound on a number of sites.
BOUND_MARGIN: Final = 1e-5


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
    """Which demands each site reaches, how many sites are allowed, which are open anyway, what rules bind.

    Parameters
    ----------
    reached
        Whether demand i is reached from site j, shape (n, m).
    """

    reached: BoolArray
    p: int
    fixed_open: IntArray
    rules: SiteRules = NO_RULES


@dataclass(frozen=True, slots=True)
class Effort:
    """How many cases the prices look at, and whether then the solver is asked and the cases go on."""

    cases: int = CASES
    ask_solver: bool = True


def reach_everyone(
    question: Question,
    start: IntArray | None,
    clock: Clock,
    seed: int,
    *,
    effort: Effort = Effort(),
) -> Reach:
    """Look for p sites that reach everyone, or prove that there are none; sites without rules.

    Parameters
    ----------
    start
        p sites to start from, the fixed ones among them; None: random ones.
    """
    weight = np.ones(question.reached.shape[0])
    choice = uncovered(question.reached, weight, question.p, question.fixed_open)
    search = Search(choice, cover_lists(question.reached, weight), seed, start=Start(start))
    found = search.run(Goal(clock, bound_above=1e-5, cases=effort.cases))
    if found.total > 0 and found.bound < 1 and effort.ask_solver:
        cover = fewest_sites(question, clock).sites
        if cover is not None and cover.size <= question.p:
            return Reach(fill_up(cover, question.p, question.reached.shape[1]), None)
        found = search.resume(Goal(clock, bound_above=1e-5))
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


def fill_up(sites: IntArray, p: int, count: int) -> IntArray:
    """Return some sites and the first others, p in all, ascending."""
    others = np.setdiff1d(np.arange(count), sites)
    return np.sort(np.concatenate([sites, others[: p - sites.size]]))
