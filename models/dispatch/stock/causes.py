"""Why needs cannot be met in full: what can be seen without a flow."""

from collections.abc import Iterator

import numpy as np

from models.dispatch.stock.problem import Stock
from models.plan import Violation


def causes(problem: Stock) -> list[Violation]:
    """Return stops that no depot reaches, and commodities of which there is too little, with the units."""
    return [*_cut_off(problem), *_too_little(problem)]


def _cut_off(problem: Stock) -> Iterator[Violation]:
    reached = np.isfinite(problem.cost_s).any(axis=0)
    for s in np.flatnonzero(~reached & problem.need.any(axis=1)):
        yield Violation("(3)", f"stop {s} has no way from any depot", float(problem.need[s].sum()))


def _too_little(problem: Stock) -> Iterator[Violation]:
    short = problem.need.sum(axis=0) - problem.free.sum(axis=0)
    for k in np.flatnonzero(short > 0):
        yield Violation("(2)", f"commodity {k}: all depots together", float(short[k]))
