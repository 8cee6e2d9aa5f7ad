"""Sites that keep the rules, to start a search from."""

import numpy as np

from dss.arrays import IntArray
from models.siting.formulation import Formulation
from models.siting.problem import MaxCoverage, PCenter, PMedian
from models.siting.report import Run
from models.solver import least_cost_program


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
    result = least_cost_program(made.program(), run.left_s, 0.5)
    return None if result.values is None else np.flatnonzero(result.values > 0.5)
