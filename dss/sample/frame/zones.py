"""The superblocks: what each is for; lake, campus and parks join several of them."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from dss.sample.frame.plan import CARRIAGEWAY_M, CityPlan


class Zone(IntEnum):
    """What a superblock is for."""

    OUTSIDE = 0
    OLD_TOWN = 1
    CIVIC = 2
    LIVING = 3
    NEW_TOWN = 4
    BUSINESS = 5
    WORKS = 6
    CAMPUS = 7
    LAKE = 8
    PARK = 9


FARTHEST_CORNER: Final = 1.2
"""How far out the corner of a superblock may lie; 1 is the edge of the city."""
WHOLE: Final = (Zone.CAMPUS, Zone.LAKE, Zone.PARK)
"""Zones whose neighbouring cells are one piece of land, without streets inside."""


@dataclass(frozen=True, slots=True, eq=False)
class Bank:
    """The superblocks of one bank, as arrays of shape (n columns - 1, n rows - 1).

    Parameters
    ----------
    north
        Which bank it is.
    columns, rows
        The streets that bound the superblocks.
    zone
        What each superblock is for.
    """

    north: bool
    columns: FloatArray
    rows: FloatArray
    zone: IntArray

    @property
    def kept(self) -> BoolArray:
        """The superblocks that belong to the city."""
        return np.asarray(self.zone != Zone.OUTSIDE)

    def sides(self, plan: CityPlan) -> tuple[FloatArray, FloatArray]:
        """Return start and end of each superblock, each (n columns - 1, n rows - 1, 2).

        Beside the expressway a superblock ends at the nearer carriageway.
        """
        start = np.stack(np.meshgrid(self.columns[:-1], self.rows[:-1], indexing="ij"), axis=-1)
        stop = np.stack(np.meshgrid(self.columns[1:], self.rows[1:], indexing="ij"), axis=-1)
        west, east, south, north = plan.expressway
        for axis, low, high in ((0, west, east), (1, south, north)):
            other = plan.expressway[2:] if axis == 0 else plan.expressway[:2]
            along = (start[..., 1 - axis] >= other[0]) & (stop[..., 1 - axis] <= other[1])
            for ring in (low, high):
                start[..., axis] += CARRIAGEWAY_M * (along & (start[..., axis] == ring))
                stop[..., axis] -= CARRIAGEWAY_M * (along & (stop[..., axis] == ring))
        return start, stop

    def zone_at(self, points: FloatArray) -> IntArray:
        """Return the zone of points on the plan, shape (n,); outside where the bank does not reach."""
        i = np.searchsorted(self.columns, points[:, 0]) - 1
        j = np.searchsorted(self.rows, points[:, 1]) - 1
        inside = (i >= 0) & (i < self.columns.size - 1) & (j >= 0) & (j < self.rows.size - 1)
        return np.where(inside, self.zone[np.where(inside, i, 0), np.where(inside, j, 0)], int(Zone.OUTSIDE))


def draw_banks(plan: CityPlan) -> tuple[Bank, Bank]:
    """Return the superblocks of the south and of the north bank."""
    south, north = plan.quays_b_m
    banks = []
    for is_north, columns in ((False, plan.columns_south), (True, plan.columns_north)):
        rows = plan.rows[plan.rows >= north] if is_north else plan.rows[plan.rows <= south]
        middle = np.stack(
            np.meshgrid((columns[:-1] + columns[1:]) / 2, (rows[:-1] + rows[1:]) / 2, indexing="ij"), axis=-1
        )
        zone = _zones(plan, middle.reshape(-1, 2), is_north).reshape(middle.shape[:2])
        zone[_corner_reach(plan, columns, rows) > FARTHEST_CORNER] = Zone.OUTSIDE
        banks.append(Bank(is_north, columns, rows, _without_spurs(zone)))
    return banks[0], banks[1]


def _zones(plan: CityPlan, middle: FloatArray, is_north: bool) -> IntArray:
    a, b = (middle / plan.radius_m).T
    ring = plan.rings[0] / plan.radius_m
    inner = (a > ring[0]) & (a < ring[1]) & (b > ring[2]) & (b < ring[3])
    works = (a > 0.62) & (np.abs(b - plan.river_b_m / plan.radius_m) < 0.42)
    zone = np.full(a.size, int(Zone.LIVING if is_north else Zone.NEW_TOWN))
    zone[inner] = Zone.OLD_TOWN if is_north else Zone.NEW_TOWN
    zone[works] = Zone.WORKS
    if is_north:
        _mark(zone, Zone.CIVIC, inner & (np.hypot(a, b - 0.1) < 0.13))
        _mark(zone, Zone.LAKE, _box(a, b, (-0.7, -0.42), (0.1, 0.37)))
        _mark(zone, Zone.CAMPUS, _box(a, b, (0.1, 0.3), (0.46, 0.6)))
        _mark(zone, Zone.PARK, _box(a, b, (0.14, 0.24), (0.18, 0.3)))
    else:
        quay = plan.quays_b_m[0] / plan.radius_m
        _mark(zone, Zone.BUSINESS, (np.abs(a) < 0.24) & (b > quay - 0.24))
        _mark(zone, Zone.PARK, _box(a, b, (-0.1, 0.1), (quay - 0.4, quay - 0.24)))
        _mark(zone, Zone.CAMPUS, _box(a, b, (-0.36, -0.14), (quay - 0.44, quay - 0.3)))
    zone[plan.reach(middle) > 1] = Zone.OUTSIDE
    return zone


def _corner_reach(plan: CityPlan, columns: FloatArray, rows: FloatArray) -> FloatArray:
    """Return how far out the farthest corner of each superblock lies."""
    corner = np.stack(np.meshgrid(columns, rows, indexing="ij"), axis=-1)
    reach = plan.reach(corner.reshape(-1, 2)).reshape(corner.shape[:2])
    return np.maximum.reduce([reach[:-1, :-1], reach[1:, :-1], reach[:-1, 1:], reach[1:, 1:]])


def _without_spurs(zone: IntArray) -> IntArray:
    """Drop superblocks that stick out of the city on three sides."""
    for _ in range(3):
        there = np.pad((zone != Zone.OUTSIDE).astype(np.int64), 1)
        beside = there[:-2, 1:-1] + there[2:, 1:-1] + there[1:-1, :-2] + there[1:-1, 2:]
        zone = np.where(beside > 1, zone, int(Zone.OUTSIDE))
    return zone


def _box(
    a: FloatArray, b: FloatArray, reach_a: tuple[float, float], reach_b: tuple[float, float]
) -> BoolArray:
    return np.asarray((a > reach_a[0]) & (a < reach_a[1]) & (b > reach_b[0]) & (b < reach_b[1]))


def _mark(zone: IntArray, value: Zone, where: BoolArray) -> None:
    zone[where] = value
