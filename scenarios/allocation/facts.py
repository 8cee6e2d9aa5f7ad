"""What a plan rests on beside problem and trips: whose rows they are, why some stay, what was told before."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.arrays import FloatArray, IntArray, UIntArray
from models import Plan, shelter
from models.shelter import Allocation, AllocationDecision

# Why a person finds no place, the first that holds.
CAUSES: Final = (
    "no_road", "deep_water", "cut_off", "too_far", "out_of_service", "unsuitable", "across_border",
    "zone_too_large", "no_common_shelter", "no_room_together", "all_full",
)  # fmt: skip
WITHIN_REACH: Final = CAUSES.index("zone_too_large")
"""From this cause on, a shelter was in reach."""

SAME, AGREED, ACROSS = 0, 1, 2
"""Whether an arc stays in its district, leads into one that agreed, or across a border without agreement."""


@dataclass(frozen=True, slots=True, eq=False)
class RowFacts:
    """Whose the rows of the problem are.

    Parameters
    ----------
    cell
        Affected cell of each row, shape (n,).
    cell_id
        H3 index of each affected cell, shape (c,).
    group
        0 for everyone else, g for the g-th group, shape (n,).
    pace
        How much longer walking takes than for an adult, shape (n,).
    cause
        Place in ``CAUSES`` where people stay unmet, -1 elsewhere, shape (n,).
    border
        ``SAME``, ``AGREED`` or ``ACROSS`` for each arc, shape (k,).
    site_row
        Row in the shelter layer of each shelter of the problem, shape (m,).
    group_keys
        Keys of the groups.
    """

    cell: IntArray
    cell_id: UIntArray
    group: IntArray
    pace: FloatArray
    cause: IntArray
    border: IntArray
    site_row: IntArray
    group_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Allocating:
    """What the plan was to achieve, and what it is compared with.

    Parameters
    ----------
    aim
        The objective.
    rows
        Whose the rows of the problem are.
    split
        The best plan that splits communities, where they stay whole.
    late_s
        Seconds beyond which an arrival is late, where the objective asks for it.
    told, forced
        Persons who had been told a plan before, and those that no plan could keep.
    """

    aim: shelter.Aim
    rows: RowFacts
    split: Plan[AllocationDecision] | None = None
    late_s: float | None = None
    told: int | None = None
    forced: int | None = None


def split_problem(problem: Allocation) -> Allocation:
    """Return the problem whose communities may be split, with the same weight of the unmet."""
    return Allocation(
        problem.persons,
        problem.capacity,
        problem.cell,
        problem.site,
        problem.cost_s,
        priority=problem.priority,
        extra_s=problem.extra_s,
        previous=problem.previous,
        stability_s=problem.stability_s,
        unmet_s=problem.unmet_weight_s,
    )


def every_row_a_cell(problem: Allocation) -> RowFacts:
    """Return facts of a problem whose rows are cells of adults, nothing being known of borders and causes."""
    n = problem.persons.size
    return RowFacts(
        np.arange(n), np.arange(n, dtype=np.uint64), np.zeros(n, np.int64), np.ones(n),
        np.full(n, -1), np.zeros(problem.cell.size, np.int64), np.arange(problem.capacity.size),
    )  # fmt: skip
