"""Annealing whole zones: the whole town first, then regions of it, each kept where it helps.

Capacities are soft at first and firm at the end. In between every pair of neighbouring shelters is split anew
exactly. A region is a handful of shelters; what is gained in one is kept whatever happens in the others, so a
city is mended everywhere at once.
"""

import time
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from models.shelter.kernels.anneal import Cooling, anneal
from models.shelter.kernels.pairs import split_pairs
from models.shelter.whole.ways import Part, Town, neighbours

# The first annealing: moves, and the ways that a zone tries.
MOVES_PER_ZONE: Final = 4000
MOVES_PER_S: Final = 6e5
TRIED_WAYS: Final = 8
SOFT: Final = 1.2
HALF_FIRM: Final = 4.0
FIRM: Final = 100.0
# Temperatures as shares of the median extra cost of a zone's second way.
HOT: Final = 0.25
COLD: Final = 0.0025
LUKEWARM: Final = 0.08
# Rounds over the whole town that follow where shelters hold so few zones that packing them is hard; the
# shelters that stay overfull become firmer, the others softer.
FEW_ZONES_PER_SHELTER: Final = 40
ROUNDS: Final = 100
PATIENCE: Final = 8
ROUND_MOVES_PER_ZONE: Final = 200
HARDENING: Final = 1.3
SOFTENING: Final = 0.9
FIRMEST: Final = 1000.0
# What a person above a capacity costs when plans are compared, in units of the dearest place: to mend it, a
# part of a zone must go farther.
EXCESS_SHARE_OF_ZONE: Final = 0.08
# Regions: shelters, temperatures, moves per zone, and how fast fruitless ones are left alone.
REGION_SHELTERS: Final = (8, 12, 16, 24)
REGION_HOT: Final = (0.1, 0.2, 0.4, 0.6)
REGION_MOVES_PER_ZONE: Final = (300, 1000)
REGIONS_AT_ONCE: Final = 2
FRUITLESS_DECAY: Final = 0.85


def anneal_town(town: Town, time_s: float, until_s: float, seed: int) -> IntArray:
    """Return the way of each zone after annealing the whole town from each zone's most promising way.

    Parameters
    ----------
    time_s
        Sets the length of the first annealing, in moves.
    until_s
        Clock time (``perf_counter``) at which no further round begins.
    """
    ways, at = town.ways, town.ways.start[:-1].copy()
    width = np.minimum(np.diff(ways.start), TRIED_WAYS)
    scale, penalty, price = temperature_scale(town), first_penalty(town), excess_price(town)
    moves = int(min(MOVES_PER_ZONE * at.size, time_s * MOVES_PER_S))
    at = anneal(ways, width, at, Cooling(moves, HOT * scale, COLD * scale, penalty, SOFT, HALF_FIRM), seed)
    if at.size > FEW_ZONES_PER_SHELTER * town.shelters:
        return at
    rng, pairs = np.random.default_rng(seed), neighbours(town.likeness())
    best, best_value, waited, firm = at, np.inf, 0, penalty
    cooling_moves = min(ROUND_MOVES_PER_ZONE * at.size, moves)
    for r in range(ROUNDS):
        at = split_pairs(ways, town.reduced, town.price, at, rng.permutation(pairs), price)
        excess, value = town.excess(at), town.value(at, price)
        waited = 0 if value < best_value else waited + 1
        if value < best_value:
            best, best_value = at, value
        if (waited > PATIENCE and not town.excess(best).any()) or time.perf_counter() > until_s:
            break
        firm = np.where(excess > 0, np.minimum(firm * HARDENING, FIRMEST * penalty), firm * SOFTENING)
        firm = np.maximum(firm, penalty)
        cooling = Cooling(cooling_moves, LUKEWARM * scale, COLD * scale, firm, 1.0, FIRM)
        start = best if r % 4 == 3 or not excess.any() else at
        at = anneal(ways, width, start, cooling, seed + 1000 * (r + 1))
    return best


def temperature_scale(town: Town) -> float:
    """Return the median extra cost of a zone's second way, above 0."""
    ways = town.ways
    second = ways.start[:-1][np.diff(ways.start) > 1] + 1
    scale = float(np.median(town.reduced[second])) if second.size else 0.0
    return max(scale, 1e-6 * float(ways.cost[ways.start[:-1]].mean()), 1e-9)


def first_penalty(town: Town) -> FloatArray:
    """Return what a person above each capacity costs at first, 0 for being unmet, shape (shelters + 1,)."""
    least = 1e-3 * temperature_scale(town) / max(float(town.ways.size.mean()), 1.0)
    penalty = town.price + 0.3 * town.price.mean() + least
    penalty[-1] = 0.0
    return penalty


def excess_price(town: Town) -> float:
    """Return what a person above a capacity costs when plans are compared."""
    persons = max(int(town.ways.size.sum()), 1)
    mean_cost = float(town.ways.cost[town.ways.start[:-1]].sum() / persons) + 1.0
    zone = max(EXCESS_SHARE_OF_ZONE * float(town.ways.size.mean()), 1.0)
    return zone * max(float(town.price.max()), mean_cost)


@dataclass(slots=True)
class Regions:
    """Regions of a town, drawn by what they lose against the splittable optimum.

    ``firm`` is what a person above each capacity costs at first, shape (shelters + 1,): more where that did
    not help before; ``fruitless`` counts the rounds since one helped.
    """

    town: Town
    at: IntArray
    rng: np.random.Generator
    likeness: IntArray
    trust: FloatArray
    firm: FloatArray
    fruitless: int = 0

    def round(self, pool: Executor) -> None:
        """Anneal some disjoint regions at once, and keep those that are better for it."""
        losses = self.town.losses(self.at, excess_price(self.town)) * self.trust
        taken = np.zeros(self.town.shelters, dtype=np.bool_)
        jobs = []
        for _ in range(REGIONS_AT_ONCE):
            inside = self._draw(np.where(taken, 0.0, losses), taken)
            if not inside.any():
                break
            taken |= inside
            jobs.append((inside, pool.submit(self._anneal, inside, *self._draw_cooling())))
        self.fruitless += 1
        for inside, job in jobs:
            part, found = job.result()
            self._keep(inside, part, found)

    def _draw(self, losses: FloatArray, taken: BoolArray) -> BoolArray:
        """Draw a shelter by its losses, and others that its neighbourhood's zones hold promising alike."""
        inside = np.zeros(losses.size, dtype=np.bool_)
        if losses.sum() <= 0:
            return inside
        j = int(self.rng.choice(losses.size, p=losses / losses.sum()))
        inside[j] = True
        alike = self.likeness[j].astype(np.float64)
        for _ in range(int(self.rng.choice(REGION_SHELTERS)) - 1):
            near = np.where(inside | taken, 0.0, alike * self.rng.uniform(0.3, 1.0, losses.size))
            j = int(np.argmax(near))
            if near[j] <= 0:
                break
            inside[j] = True
            alike += self.likeness[j]
        return inside

    def _draw_cooling(self) -> tuple[float, int, int]:
        hot = float(self.rng.choice(REGION_HOT))
        return hot, int(self.rng.choice(REGION_MOVES_PER_ZONE)), int(self.rng.integers(2**40))

    def _anneal(self, inside: BoolArray, hot: float, moves: int, seed: int) -> tuple[Part, IntArray]:
        part = self.town.part(self.at, inside)
        town, scale = part.town, temperature_scale(self.town)
        width = np.diff(town.ways.start)
        firm = self.firm[np.append(inside, True)]
        cooling = Cooling(moves * part.zones.size, hot * scale, COLD * scale, firm, 1.0, FIRM)
        at = anneal(town.ways, width, part.at, cooling, seed)
        pairs = neighbours(self.likeness[np.ix_(inside, inside)])
        pairs = np.random.default_rng(seed).permutation(pairs)
        return part, split_pairs(town.ways, town.reduced, town.price, at, pairs, excess_price(self.town))

    def _keep(self, inside: BoolArray, part: Part, found: IntArray) -> None:
        excess = part.town.excess(found)[:-1] > 0
        self.firm[:-1][inside] *= np.where(excess, HARDENING, SOFTENING)
        least = first_penalty(self.town)
        self.firm = np.clip(self.firm, least, FIRMEST * least)
        price, better = excess_price(self.town), self.at.copy()
        better[part.zones] = part.ways[found]
        now = self.town.value(self.at, price)
        if self.town.value(better, price) < now - 1e-9 * abs(now):
            self.at, self.fruitless = better, 0
            self.trust[inside] = 1.0
        else:
            self.trust[inside] *= FRUITLESS_DECAY


def lay_regions(town: Town, at: IntArray, seed: int) -> Regions:
    """Return the regions of a town, whose zones are where ``at`` says, shape (zones,)."""
    rng = np.random.default_rng(seed)
    return Regions(town, at.copy(), rng, town.likeness(), np.ones(town.shelters), first_penalty(town))
