"""Sites that keep the rules, to start a search from."""

from typing import Final

import numpy as np

from dss.arrays import IntArray
from models.siting.choice import cover_lists
from models.siting.formulation import Formulation
from models.siting.kernels.interchange import improve
from models.siting.problem import MaxCoverage, PCenter, PMedian
from models.siting.reduction import Merged
from models.siting.report import Run
from models.siting.search import bans
from models.solver import least_cost_program

# Kicks of a first interchange.
KICKS: Final = 50


def first_sites(problem: MaxCoverage | PCenter | PMedian, run: Run) -> IntArray | None:
    """Return open sites that keep (3), (4) and the rules; None if there are none or time is up.

    Sites near many demands come first, where the rules leave a choice.
    """
    m = problem.cost.shape[1]
    rng = np.random.default_rng(run.seed)
    if not problem.rules.binds and problem.p is not None:
        others = rng.permutation(np.setdiff1d(np.arange(m), problem.fixed_open))
        return np.concatenate([problem.fixed_open, others[: problem.p - problem.fixed_open.size]])
    made = Formulation()
    made.sites(m, p=problem.p, fixed_open=problem.fixed_open, rules=problem.rules, cost=rng.random(m) - 0.5)
    made.require(1, (np.zeros(m, np.int64), np.arange(m), 1.0), lower=1.0)
    result = least_cost_program(made.program(), run.left_s, 0.5, look=run.clock.look())
    return None if result.values is None else np.flatnonzero(result.values > 0.5)


def swapped(problem: MaxCoverage, merged: Merged, sites: IntArray, run: Run) -> IntArray:
    """Return sites that cover more, by interchange and kicks that keep the rules."""
    m, fixed = problem.cost.shape[1], problem.fixed_open
    start = np.concatenate([fixed, np.setdiff1d(sites, fixed)]).astype(np.int64)
    lists = cover_lists(merged.covered, merged.weight)
    ruled = bans(problem.rules, m)
    every = np.ones(m, dtype=np.bool_)
    return np.sort(run.clock.attend(improve, lists, start, fixed.size, every, ruled, KICKS, run.seed)[1])
