"""Streets and alleys inside the superblocks: finer in the old town, coarser among the works.

Index names: ``i`` superblock or quarter of one.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from dss.sample.frame.plan import CityPlan, on_raster
from dss.sample.frame.zones import Bank, Zone
from dss.sample.ways.lines import UNNAMED, Lines, Rank, join

STREET_CHANCE: Final = {Zone.LIVING: 0.85, Zone.NEW_TOWN: 0.85, Zone.WORKS: 0.5, Zone.BUSINESS: 1.0}
"""Chance of a street through a superblock each way; 1 where not listed."""
ALLEY_CHANCE: Final = {Zone.OLD_TOWN: 1.0, Zone.LIVING: 0.75, Zone.NEW_TOWN: 0.6, Zone.WORKS: 0.15}
"""Chance of an alley through a quarter of a superblock; 0.3 where not listed."""
OWN_WAY: Final = 0.35
"""Chance that a street inside a superblock does not carry on its neighbour's."""
DEAD_END: Final = 0.3
SHORTEST_M: Final = 60.0
"""Nothing shorter than twice this is divided."""


@dataclass(frozen=True, slots=True, eq=False)
class _Pieces:
    """Rectangles of land: start and end of each, shape (n, 2), zone, column and row of the lattice."""

    start: FloatArray
    stop: FloatArray
    zone: IntArray
    place: IntArray


def divide(plan: CityPlan, bank: Bank, first: int, rng: np.random.Generator) -> Lines:
    """Return the streets and alleys inside the superblocks of a bank; their streets count from ``first``."""
    blocks = _blocks(plan, bank)
    upright, cut_a = _cut(blocks, 0, first, rng)
    first += blocks.zone.size + bank.columns.size
    level, cut_b = _cut(blocks, 1, first, rng)
    first += blocks.zone.size + bank.rows.size
    quarters = _quarters(blocks, cut_a, cut_b)
    return join([upright, level, _alleys(quarters, first, rng)])


def _blocks(plan: CityPlan, bank: Bank) -> _Pieces:
    start, stop = bank.sides(plan)
    open_land = bank.kept & ~np.isin(bank.zone, (Zone.CAMPUS, Zone.LAKE, Zone.PARK))
    place = np.argwhere(open_land)
    return _Pieces(start[open_land], stop[open_land], bank.zone[open_land], place)


def _cut(blocks: _Pieces, axis: int, first: int, rng: np.random.Generator) -> tuple[Lines, FloatArray]:
    """Lead a street through superblocks across one axis; NaN where there is none.

    A street follows its strip of the lattice, so that it carries on through the next superblock; some go
    their own way.
    """
    n = blocks.zone.size
    strips = int(blocks.place[:, axis].max(initial=0)) + 1
    own = rng.random(n) < OWN_WAY
    share = np.where(own, rng.uniform(0.38, 0.62, n), rng.uniform(0.42, 0.58, strips)[blocks.place[:, axis]])
    length = blocks.stop[:, axis] - blocks.start[:, axis]
    cut = on_street_raster(blocks.start[:, axis] + share * length)
    there = (rng.random(n) < _chance(STREET_CHANCE, blocks.zone, 1.0)) & (length > 2 * SHORTEST_M)
    street = np.where(own, first + strips + np.arange(n), first + blocks.place[:, axis])
    lines = Lines.of(_across(blocks, axis, cut)[there], Rank.STREET, street[there])
    return lines, np.where(there, cut, np.nan)


def _across(pieces: _Pieces, axis: int, at: FloatArray) -> FloatArray:
    start, stop = pieces.start.copy(), pieces.stop.copy()
    start[:, axis] = stop[:, axis] = at
    return np.stack([start, stop], axis=1)


def _quarters(blocks: _Pieces, cut_a: FloatArray, cut_b: FloatArray) -> _Pieces:
    """Return what the streets leave of each superblock: one, two or four pieces."""
    start, stop = blocks.start, blocks.stop
    zone, place = blocks.zone, blocks.place
    for axis, cuts in ((0, cut_a), (1, cut_b)):
        cut = np.tile(cuts, zone.size // cuts.size)
        halved = ~np.isnan(cut)
        low, high = stop.copy(), start.copy()
        low[halved, axis] = cut[halved]
        high[halved, axis] = cut[halved]
        start, stop = np.vstack([start, high]), np.vstack([low, stop])
        there = np.r_[np.ones(halved.size, dtype=bool), halved]
        zone, place = np.r_[zone, zone], np.vstack([place, place])
        start[~there] = stop[~there]
    real = (stop > start).all(axis=1)
    return _Pieces(start[real], stop[real], zone[real], place[real])


def _alleys(quarters: _Pieces, first: int, rng: np.random.Generator) -> Lines:
    """Lead alleys through quarters: one across the longer side, in the old town often another across it."""
    size = quarters.stop - quarters.start
    longer = np.argmax(size + rng.uniform(-20, 20, size.shape), axis=1)
    there = rng.random(longer.size) < _chance(ALLEY_CHANCE, quarters.zone, 0.3)
    second = there & (quarters.zone == Zone.OLD_TOWN) & (rng.random(longer.size) < 0.6)
    parts = []
    for axis in (0, 1):
        for chosen in (there & (longer == axis), second & (longer != axis)):
            picked = chosen & (size[:, axis] > 2 * SHORTEST_M)
            parts.append(_alley(quarters, axis, picked, rng))
    ends, old = np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])
    return Lines.of(ends, Rank.ALLEY, np.where(old, first + np.arange(old.size), UNNAMED))


def _alley(
    quarters: _Pieces, axis: int, picked: BoolArray, rng: np.random.Generator
) -> tuple[FloatArray, BoolArray]:
    start, stop = quarters.start[picked], quarters.stop[picked]
    share = rng.uniform(0.4, 0.6, len(start))
    at = on_street_raster(start[:, axis] + share * (stop[:, axis] - start[:, axis]))
    ends = _across(_Pieces(start, stop, quarters.zone[picked], quarters.place[picked]), axis, at)
    dead = rng.random(len(start)) < DEAD_END
    ends[dead, 1] = on_raster(ends[dead, 0] + 0.7 * (ends[dead, 1] - ends[dead, 0]))
    flip = rng.random(len(start)) < 0.5
    ends[flip] = ends[flip, ::-1]
    return ends, quarters.zone[picked] == Zone.OLD_TOWN


def _chance(table: dict[Zone, float], zone: IntArray, otherwise: float) -> FloatArray:
    by_zone = np.array([table.get(one, otherwise) for one in Zone])
    return by_zone[zone]


def on_street_raster(value_m: FloatArray) -> FloatArray:
    """Round a street inside a superblock to twice the plan's raster, so that short stubs do not arise."""
    return 2 * on_raster(value_m / 2)
