"""Choose p sites with proof: fast interchange, prices, and cases where prices do not suffice.

Best case first: the bound is the least over all cases that are still open, so it holds whenever the search
is stopped. A case inherits the prices of its parent; it branches on the free site of the least value, which
is the one that is dearest to close.
"""

import heapq
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from dss.arrays import FloatArray, Int32Array, IntArray
from models.clock import Clock, Tell, tell_nobody
from models.siting.cases import Case, Cases
from models.siting.choice import Choice
from models.siting.kernels.interchange import Bans, improve
from models.siting.kernels.lagrangian import CLOSED, FREE, OPEN, Ascent, ascend
from models.siting.kernels.lists import keep_sites
from models.siting.kernels.structure import Lists
from models.siting.proof import Proof, first_state, fix_sites, settled
from models.siting.rules import NO_RULES, SiteRules, clashes, kept


class Pace(NamedTuple):
    """How many steps the prices take, and how long the first of them are."""

    steps: int
    stride: float


# A total is proven when the bound is above the total - 1 by this, where totals are whole.
WHOLE_MARGIN: Final = 1e-5
ROUNDING: Final = 1e-11
FIRST_PACE: Final = Pace(400, 1.5)
ROOT_PACE: Final = Pace(400, 0.5)
CASE_PACE: Final = Pace(120, 0.6)
# Kicks of the local search: so many, and so many for each site, but no more than that.
LEAST_KICKS: Final = 20
KICKS_PER_SITE: Final = 2
MOST_KICKS: Final = 200
# Kicks between two looks at the clock.
KICKS_AT_ONCE: Final = 20
# After this many cases the best sites are kicked again.
CASES_BETWEEN_KICKS: Final = 200
# After so many cases the sites that the prices choose are improved.
CASES_BETWEEN_SWAPS: Final = 8
# Prices are raised again where that won at least this part of the gap.
WORTH: Final = 0.1
# Kicks go on until so many rounds of them have found nothing.
IDLE_ROUNDS: Final = 5
# Cases cannot close a wider gap; better sites can narrow it.
WIDE_GAP: Final = 5e-4


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The best sites, what they cost in all, the proven bound and its proof."""

    sites: IntArray
    total: float
    bound: float
    proof: Proof


@dataclass(frozen=True, slots=True, eq=False)
class Goal:
    """When to stop: by a clock, at a gap, or once the bound is above a number; and who is told meanwhile."""

    clock: Clock
    relative_gap: float = 0.0
    bound_above: float = np.inf
    cases: int = 1_000_000
    tell: Tell = tell_nobody


@dataclass
class Incumbent:
    """The best sites so far."""

    choice: Choice
    sites: IntArray
    total: float
    rules: SiteRules = NO_RULES

    def offer(self, sites: IntArray) -> bool:
        """Take the sites if they cost less and keep the rules."""
        total = self.choice.total(sites)
        if total >= self.total or not kept(self.rules, sites):
            return False
        self.sites, self.total = np.sort(sites), total
        return True


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """Where a search starts.

    Parameters
    ----------
    sites
        Open sites that keep the rules; None: the fixed ones and random ones.
    prices
        Such as those of a linear relaxation; None: by the nearest sites.
    """

    sites: IntArray | None = None
    prices: FloatArray | None = None


def bans(rules: SiteRules, sites: int) -> Bans:
    """Return the rules as the kernel of the interchange reads them."""
    if not rules.binds:
        return Bans(np.zeros((0, 0), dtype=np.bool_), np.zeros(0), np.inf)
    cost = np.zeros(sites) if rules.site_cost is None else rules.site_cost
    return Bans(clashes(rules, sites), cost, np.inf if rules.budget is None else rules.budget)


class Search:
    """A search for the cheapest choice of p sites; needs p at most the number of sites.

    Parameters
    ----------
    lists
        What ``short_lists`` or ``cover_lists`` make of the choice.
    start
        Where it starts.
    rules
        Which sites may be open together; bounds leave them out, which keeps them valid.
    """

    def __init__(
        self,
        choice: Choice,
        lists: Lists,
        seed: int,
        *,
        start: Start = Start(),
        rules: SiteRules = NO_RULES,
    ) -> None:
        self.choice = choice
        self.whole = choice.whole
        self.lists = lists
        self.rng = np.random.default_rng(seed)
        self.cases = Cases()
        self.open_cases: list[Case] = []
        sites = self._random_sites() if start.sites is None else start.sites
        self.best = Incumbent(choice, np.sort(sites), choice.total(sites), rules)
        self.bans = bans(rules, choice.cost.shape[1])
        self.prices = start.prices
        self.bound = 0.0
        self.kicks = min(LEAST_KICKS + KICKS_PER_SITE * choice.p, MOST_KICKS)
        self.decided = first_state(choice)

    def _random_sites(self) -> IntArray:
        fixed = self.choice.fixed_open
        free = np.setdiff1d(np.arange(self.choice.cost.shape[1]), fixed)
        return np.concatenate([fixed, self.rng.permutation(free)[: self.choice.p - fixed.size]])

    def cutoff(self, goal: Goal) -> float:
        """Return the bound from which on a case needs no look."""
        total = self.best.total
        slack = max(goal.relative_gap * abs(total), (1 - WHOLE_MARGIN) if self.whole else 0.0)
        return float(min(total - slack + ROUNDING * abs(total), goal.bound_above))

    def improve(self, sites: IntArray, kicks: int, goal: Goal) -> None:
        """Improve some sites by interchange and keep them if they are the best."""
        fixed = self.choice.fixed_open
        start = np.concatenate([fixed, np.setdiff1d(sites, fixed)]).astype(np.int64)
        allowed = np.ones(self.choice.cost.shape[1], dtype=np.bool_)
        while kicks > 0:
            some = min(kicks, KICKS_AT_ONCE)
            seed = int(self.rng.integers(2**31))
            start = goal.clock.attend(improve, self.lists, start, fixed.size, allowed, self.bans, some, seed)[
                1
            ]
            if self.best.offer(start):
                goal.tell(self.best.total, self.bound)
            kicks -= kicks if goal.clock.over else some

    def run(self, goal: Goal) -> Found:
        """Search until the goal."""
        self.improve(self.best.sites, self.kicks, goal)
        root = self.root(goal)
        if root.bound < self.cutoff(goal):
            self._persist(root.bound, goal)
            self.open_cases = [root]
        return self.resume(goal)

    def resume(self, goal: Goal) -> Found:
        """Go on with the open cases until another goal."""
        while self.open_cases and not self._done(goal):
            self._raise(self.open_cases[0].bound, goal)
            self._branch(heapq.heappop(self.open_cases), goal)
            if len(self.cases.parent) % CASES_BETWEEN_KICKS < 2:
                self.improve(self.best.sites, self.kicks, goal)
        return self.found(goal)

    def _raise(self, bound: float, goal: Goal) -> None:
        """Take a bound, as far as the cutoff that sites were fixed by."""
        self.bound = max(self.bound, min(bound, self.cutoff(goal), self.best.total))
        goal.tell(self.best.total, self.bound)

    def _persist(self, bound: float, goal: Goal) -> None:
        """Kick on while it helps and the gap is wide."""
        idle = 0
        while idle < IDLE_ROUNDS and self.best.total - bound > WIDE_GAP * self.best.total:
            if goal.clock.over:
                return
            before = self.best.total
            self.improve(self.best.sites, 2 * self.kicks, goal)
            idle = 0 if self.best.total < before else idle + 1

    def _done(self, goal: Goal) -> bool:
        if self.best.total <= 0 or self.open_cases[0].bound >= self.cutoff(goal):
            return True
        return len(self.cases.parent) >= goal.cases or goal.clock.over

    def found(self, goal: Goal) -> Found:
        """Return what has been found so far."""
        bound = min([self.cutoff(goal), *(case.bound for case in self.open_cases)])
        bound = float(np.ceil(bound - WHOLE_MARGIN / 2)) if self.whole else bound
        bound = min(max(bound, 0.0), self.best.total)
        return Found(self.best.sites, self.best.total, bound, self.cases.proof())

    def root(self, goal: Goal) -> Case:
        """Raise the bound without branching; close and open what prices decide, go on with the rest."""
        state, prices = first_state(self.choice), self._first_prices()
        pace = FIRST_PACE if self.prices is None else ROOT_PACE
        number, lists, gained = 0, self.lists, 0.0
        for k in range(20):
            ascent = self.ascent = self._ascend(lists, state, prices, pace, goal)
            number = self.cases.add(ascent.prices, max(number, 0))
            self._raise(ascent.bound, goal)
            self.improve(np.flatnonzero(ascent.chosen), self.kicks // 10, goal)
            if ascent.bound >= self.cutoff(goal) or goal.clock.over:
                break
            before = int((state == FREE).sum())
            state = self.decided = self._fix(ascent, state, goal)
            less = ascent.bound - gained < WORTH * (self.cutoff(goal) - ascent.bound)
            gained = max(gained, ascent.bound)
            lists = keep_sites(lists, state != CLOSED)
            fixed_few = int((state == FREE).sum()) > 0.97 * before
            if settled(state, self.choice.p) or (fixed_few and (k > 2 or less)):
                break
            prices, pace = ascent.prices, ROOT_PACE
        self.lists_left = lists
        return Case(number, max(ascent.bound, gained), state, ascent)

    def _first_prices(self) -> FloatArray:
        """Return what the second nearest site of the incumbent costs: near where prices end up."""
        if self.prices is not None:
            return np.clip(self.prices, 0.0, self.lists.limit)
        two = np.partition(self.choice.cost[:, self.best.sites], min(1, self.choice.p - 1), axis=1)
        return np.minimum(two[:, min(1, self.choice.p - 1)], self.lists.limit)

    def _ascend(self, lists: Lists, state: Int32Array, prices: FloatArray, pace: Pace, goal: Goal) -> Ascent:
        upper, enough = self.best.total, self.cutoff(goal)
        ascent = Ascent(*goal.clock.attend(ascend, lists, self.choice.p, state, prices, upper, *pace, enough))
        if ascent.cost < self.best.total:
            self.best.offer(np.flatnonzero(ascent.chosen))
        return ascent

    def _fix(self, ascent: Ascent, state: Int32Array, goal: Goal) -> Int32Array:
        return fix_sites(ascent.value, ascent.bound, state, self.choice.p, self.cutoff(goal))

    def _branch(self, case: Case, goal: Goal) -> None:
        """Split a case by one site and look at both."""
        state = self._fix(case.ascent, case.state, goal)
        if settled(state, self.choice.p):
            self._settle(state)
            return
        free = np.flatnonzero(state == FREE)
        j = self._undecided(free, case.ascent)
        for opened in (False, True):
            below = state.copy()
            below[j] = OPEN if opened else CLOSED
            self._look(below, case, j, goal, opened=opened)

    @staticmethod
    def _undecided(free: IntArray, ascent: Ascent) -> int:
        """Return the free site that was chosen nearest to half of the time, ties by the least value."""
        doubt = np.abs(ascent.share[free] - 0.5).round(1)
        return int(free[np.lexsort((ascent.value[free], doubt))[0]])

    def _settle(self, state: Int32Array) -> None:
        full = int((state == OPEN).sum()) == self.choice.p
        self.best.offer(np.flatnonzero(state == OPEN if full else state != CLOSED))

    def _look(self, state: Int32Array, above: Case, j: int, goal: Goal, *, opened: bool) -> None:
        if settled(state, self.choice.p):
            self.cases.add(above.ascent.prices, above.number, j, opened=opened)
            self._settle(state)
            return
        ascent = self._ascend(self.lists_left, state, above.ascent.prices, CASE_PACE, goal)
        number = self.cases.add(ascent.prices, above.number, j, opened=opened)
        if number % CASES_BETWEEN_SWAPS == 0:
            self.improve(np.flatnonzero(ascent.chosen), 1, goal)
        bound = max(ascent.bound, above.bound)
        if bound < self.cutoff(goal):
            heapq.heappush(self.open_cases, Case(number, bound, state, ascent))
