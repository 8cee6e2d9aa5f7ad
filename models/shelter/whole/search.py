"""Whole zones at city size: annealing over soft capacities, regions, repair, and small MIPs, beside a bound.

The order: splittable optimum and its prices; annealing of the town, then of regions of it, while another
thread raises the Lagrangian bound; small MIPs over clusters of shelters where regions no longer help; repair.
Bound and regions go on in steps of fixed length side by side, so the same seed gives the same plan where
neither the time limit nor a listener cuts the search short.
"""

import time
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Final

import numpy as np

from dss.arrays import FloatArray, IntArray
from models.plan import Limits
from models.progress import Enough, Listener, Telling, say_nothing
from models.shelter.bound import dual_bound
from models.shelter.problem import Allocation, AllocationDecision
from models.shelter.splitting.transport import least_total
from models.shelter.whole.annealing import anneal_town, excess_price, lay_regions
from models.shelter.whole.contiguity import connect, touching_zones
from models.shelter.whole.neighbourhood import Effort, improve, reallocate
from models.shelter.whole.relaxation import Raising
from models.shelter.whole.repair import repair
from models.shelter.whole.ways import Town, lay_ways
from models.shelter.whole.zones import gather_zones, place_zones

# Share of the time limit by which regions end; the rest is for the small MIPs.
REGIONS_SHARE: Final = 0.95
# Share of the time limit within which annealing the whole town ends, or before where no shelter is overfull.
TOWN_SHARE: Final = 0.7
# Rounds of regions without gain, for each shelter, after which the small MIPs take over.
FRUITLESS_PER_SHELTER: Final = 3.0
REGION_ROUNDS: Final = 8
# Rounds of the bound meanwhile, at most, and zones over which they are spread.
MOST_BOUND_ROUNDS: Final = 10
BOUND_ZONES: Final = 50_000
CLUSTER_ROUNDS_PER_SHELTER: Final = 4
CLUSTER_S: Final = 2.0
# A guess of a good plan's value in units of the splittable bound; it sets the first steps of the bound.
GUESS: Final = 1.006
# Share of the time limit for connecting areas, where that is asked for.
CONNECTING_SHARE: Final = 0.4
# Problems of so few ways are solved by one MIP.
FEW_WAYS: Final = 600


def least_whole(
    problem: Allocation, limits: Limits, seed: int, listener: Listener = say_nothing
) -> AllocationDecision:
    """Return an allocation of whole zones, with the prices and multipliers that bound every other."""
    started_s, free = time.perf_counter(), limits
    if problem.touching is not None:
        free = Limits((1 - CONNECTING_SHARE) * limits.time_s, limits.relative_gap)
    search = _Search(problem, free, seed, listener)
    if search.town.zone.size:
        try:
            for value, bound in search.steps():
                search.telling.tell(value, bound)
        except Enough:
            pass
    at, shelters = search.best, problem.capacity.size
    if problem.touching is not None:
        at = connect(search.town, at, touching_zones(problem), started_s + limits.time_s, seed)
    site = search.town.ways.site[at]
    decision = place_zones(problem, search.zones, site, site < shelters)
    return AllocationDecision(decision.persons, decision.unmet, search.prices, search.raising.best.worth)


class _Search:
    """A search on its way: the best plan so far, and the bound."""

    def __init__(self, problem: Allocation, limits: Limits, seed: int, listener: Listener) -> None:
        self.telling = Telling(listener)
        started_s = time.perf_counter()
        self.limits, self.seed = limits, seed
        self.zones = gather_zones(problem)
        split = least_total(self.zones.problem, limits.time_s)
        assert split.prices is not None
        self.prices: FloatArray = split.prices
        self.town: Town = lay_ways(self.zones, self.prices)
        self.bound = dual_bound(self.zones.problem, self.prices)
        self.raising = Raising(self.zones, self.prices)
        self.best: IntArray = self.town.ways.start[:-1].copy()
        self.best_value = np.inf
        self._started_s = started_s

    def _until_s(self, share: float) -> float:
        return self._started_s + share * self.limits.time_s

    @property
    def _close(self) -> bool:
        """Whether the gap is small enough."""
        gap = self.best_value - self.bound
        return gap <= min(self.limits.relative_gap, 0.5) * abs(self.best_value)

    def _offer(self, at: IntArray) -> tuple[float, float]:
        """Take a plan, mended, if it is better than the best; return the best value and the bound."""
        mended = repair(self.town, at)
        value = self.town.value(mended, 0.0)
        if value < self.best_value:
            self.best, self.best_value = mended, value
        return self.best_value, self.bound

    @property
    def _bound_rounds(self) -> int:
        """Rounds that take about as long as those of the regions."""
        return int(np.clip(BOUND_ZONES // max(self.town.ways.size.size, 1), 1, MOST_BOUND_ROUNDS))

    def _raise(self, rounds: int) -> None:
        target = min(self.best_value, GUESS * self.bound)
        relaxed = self.raising.advance(max(target, self.bound), rounds, self._until_s(REGIONS_SHARE))
        self.bound = max(self.bound, relaxed.bound)

    def steps(self) -> Iterator[tuple[float, float]]:
        """Go on step by step; after each, the best value and the bound."""
        yield self._offer(self.best)
        with ThreadPoolExecutor(3) as pool:
            bounding = pool.submit(self._raise, self._bound_rounds)
            time_s, until_s = TOWN_SHARE * self.limits.time_s, self._until_s(TOWN_SHARE)
            at = anneal_town(self.town, time_s, until_s, self.seed)
            bounding.result()
            yield self._offer(at)
            if self.town.zone.size <= FEW_WAYS:
                yield self._solve_at_once()
            else:
                yield from self._improve(pool, at)

    def _improve(self, pool: Executor, at: IntArray) -> Iterator[tuple[float, float]]:
        """Regions and bound side by side, then small MIPs."""
        regions = lay_regions(self.town, at, self.seed)
        patience = FRUITLESS_PER_SHELTER * self.town.shelters
        while time.perf_counter() < self._until_s(REGIONS_SHARE) and not self._close:
            bounding = pool.submit(self._raise, self._bound_rounds)
            for _ in range(REGION_ROUNDS):
                regions.round(pool)
            bounding.result()
            yield self._offer(regions.at)
            if regions.fruitless > patience and self.raising.finished:
                break
        if not self._close:
            enough = self.bound / (1 - min(self.limits.relative_gap, 0.5))
            rounds = CLUSTER_ROUNDS_PER_SHELTER * self.town.shelters
            effort = Effort(self._until_s(1.0), rounds, CLUSTER_S, enough)
            yield self._offer(improve(self.town, regions.at, excess_price(self.town), effort, self.seed))

    def _solve_at_once(self) -> tuple[float, float]:
        """Solve a small problem by one MIP, from the best so far."""
        while not self.raising.finished and time.perf_counter() < self._until_s(TOWN_SHARE):
            self._raise(self._bound_rounds)
        left_s = max(self._until_s(1.0) - time.perf_counter(), CLUSTER_S)
        everywhere, price = np.arange(self.town.shelters), excess_price(self.town)
        zones, ways = reallocate(self.town, self.best, everywhere, price, left_s)
        at = self.best.copy()
        at[zones] = ways
        return self._offer(at)
