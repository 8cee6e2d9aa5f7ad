"""Do p sites reach everyone? Cases by linear programs: a "yes" is a cover, a "no" keeps its proof.

Each case is the set cover of what is left, relaxed:

    least sum_j y_j   with sum over the sites j that reach i of y_j >= 1 for every demand i, y_j >= 0

More than p refutes the case, and the prices lambda_i of its demands are the proof, read as in :mod:`.proof`:
as they add up to at most 1 at every free site, p sites take at most p of their sum. Else the site with the
largest fraction is opened in one case and closed in the other; the open one, a step towards a cover, comes
first. A site that reaches less than another is left out, and so is a demand that follows from another, see
:mod:`.reduction`.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from dss.arrays import FloatArray, Int32Array, IntArray
from models.clock import Clock
from models.siting.cases import Cases
from models.siting.kernels.lagrangian import CLOSED, FREE, OPEN
from models.siting.proof import bound_of
from models.siting.question import UNDECIDED, Question, Reach, fill_up
from models.siting.reduction import Core, core
from models.solver import BranchedProgram, Program

# What differs less from a whole number is one.
WHOLE: Final = 1e-6
# A case is refuted by a bound above this; far more than rounding, far less than the one demand to be shown.
REFUTED: Final = 1e-5
# Prices kept for the proof, in all: bounds the memory to 160 MB.
MOST_PRICES: Final = 20_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """A case to look at: its parent, the site by which it differs, and the state of every site."""

    parent: int
    site: int
    opened: bool
    state: Int32Array


def decide(question: Question, clock: Clock) -> Reach:
    """Look for p sites that reach everyone, or prove that there are none; for questions without rules."""
    left = core(question.reached, question.fixed_open, sites_too=True)
    if question.fixed_open.size > question.p or clock.over:
        return UNDECIDED
    tree = Tree(question, left, clock)
    answer = tree.search()
    if answer is None:
        return UNDECIDED
    if answer.size == 0 and left.row.size:
        return Reach(None, tree.cases.proof())
    opened = np.concatenate([question.fixed_open, left.site[answer]])
    return Reach(fill_up(opened, question.p, question.reached.shape[1]), None)


class Tree:
    """The cases of one question, on its core; sites and demands by their place in it."""

    def __init__(self, question: Question, left: Core, clock: Clock) -> None:
        self.cases = Cases()
        self._left, self._clock, self._demands = left, clock, question.reached.shape[0]
        self._reached = csr_array(question.reached[np.ix_(left.row, left.site)].astype(np.float64))
        self._p = min(question.p - question.fixed_open.size, left.site.size)
        self._program = BranchedProgram(_set_cover(self._reached), clock.left_s)

    def search(self) -> IntArray | None:
        """Return sites that reach everyone, none where that is refuted; None when time or memory is up."""
        waiting = [Branch(0, 0, opened=False, state=np.full(self._left.site.size, FREE, dtype=np.int32))]
        while waiting:
            if self._clock.over or len(self.cases.parent) * self._demands > MOST_PRICES:
                return None
            branch = waiting.pop()
            prices, taken = self._relax(branch.state)
            if prices is None:
                return None
            case = self.cases.add(self._spread(prices), branch.parent, branch.site, opened=branch.opened)
            if self._refuted(prices, branch.state):
                continue
            j = _most_fractional(taken)
            if j is None:
                return self._cover(taken)
            waiting += [self._below(branch, case, j, opened=opened) for opened in (False, True)]
        return np.zeros(0, dtype=np.int64)

    def _relax(self, state: Int32Array) -> tuple[FloatArray | None, FloatArray]:
        """Return the prices of a case, at most 1, and how much of each site is taken; None: time was up."""
        lost = np.flatnonzero(self._reached @ (state != CLOSED) == 0)
        if lost.size:
            return np.eye(1, self._left.row.size, lost[0])[0], np.zeros(state.size)
        self._program.bound(np.where(state == OPEN, 1.0, 0.0), np.where(state == CLOSED, 0.0, np.inf))
        relaxed = self._program.solve(self._clock.look())
        if relaxed is None:
            return None, np.zeros(state.size)
        prices = np.maximum(relaxed.prices, 0.0)
        return prices / max(prices.max(initial=0.0), 1.0), relaxed.values

    def _refuted(self, prices: FloatArray, state: Int32Array) -> bool:
        return bound_of(prices, -(prices @ self._reached), state, self._p) > REFUTED

    def _cover(self, taken: FloatArray) -> IntArray | None:
        """Return the sites taken, if they are a cover indeed."""
        sites = np.flatnonzero(taken > 0.5)
        whole = sites.size <= self._p and (self._reached @ (taken > 0.5) > 0).all()
        return sites if whole else None

    def _below(self, branch: Branch, case: int, j: int, *, opened: bool) -> Branch:
        state = branch.state.copy()
        state[j] = OPEN if opened else CLOSED
        return Branch(case, int(self._left.site[j]), opened, state)

    def _spread(self, prices: FloatArray) -> FloatArray:
        """Return prices of all demands: those that follow from others cost nothing."""
        spread = np.zeros(self._demands)
        spread[self._left.row] = prices
        return spread


def _most_fractional(taken: FloatArray) -> int | None:
    """Return the site with the largest fraction, ties by index; None where all are whole."""
    fraction = np.where(taken < 1 - WHOLE, taken, 0.0)
    j = int(fraction.argmax()) if fraction.size else 0
    return j if fraction.size and fraction[j] > WHOLE else None


def _set_cover(reached: csr_array) -> Program:
    rows, columns = reached.shape
    return Program(
        cost=np.ones(columns),
        least=np.zeros(columns),
        greatest=np.full(columns, np.inf),
        whole=np.zeros(columns, dtype=np.bool_),
        matrix=reached,
        lower=np.ones(rows),
        upper=np.full(rows, np.inf),
    )
