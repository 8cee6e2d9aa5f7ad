"""Whose groups are whose: the groups that set out from a junction are shared out among the homes there.

A plan counts people by junction; people live in cells and communities. Those who leave first are told to the
first community of a junction, in the order of the names, so that each gets few times and routes.

Index names: ``g`` group, ``h`` row of the homes.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from dss.arrays import FloatArray, IntArray
from scenarios.evacuation.plan_files import FiledPlan

Part = tuple[IntArray, IntArray, IntArray]
EMPTY: Final = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """Parts of groups that are told to homes, shape (s,) each.

    Parameters
    ----------
    group, home
        Which group, and which row of the homes.
    amount
        How many of the group.
    nobody
        Vehicles or persons of the plan that set out where no home is known.
    """

    group: IntArray
    home: IntArray
    amount: IntArray
    nobody: int


def share_out(plan: FiledPlan, route: IntArray) -> Shares:
    """Share the groups of each junction out among its homes in proportion to their people.

    Parameters
    ----------
    route
        Route of each group, shape (g,).

    Notes
    -----
    Whole vehicles or persons; a home's share is that of its people, rounded at the borders.
    """
    groups, homes = plan.groups, plan.homes
    at = plan.streets.junction[groups.origin]
    g_order = np.lexsort((np.arange(at.size), route, groups.departure_step, at))
    h_order = np.lexsort((homes.cell, homes.community.astype(str), homes.junction))
    g_cuts = np.append(np.searchsorted(at[g_order], np.unique(at)), at.size)
    parts: list[Part] = []
    nobody = 0
    for first, beyond in pairwise(g_cuts):
        rows = g_order[first:beyond]
        begin, end = (
            np.searchsorted(homes.junction[h_order], at[rows[0]], side=side) for side in ("left", "right")
        )
        there = h_order[begin:end]
        if homes.persons[there].sum() > 0:
            parts.append(_shared(rows, groups.persons[rows], there, homes.persons[there]))
        else:
            nobody += int(groups.persons[rows].sum())
    group, home, amount = (np.concatenate([EMPTY, *column]) for column in _columns(parts))
    return Shares(group, home, amount, nobody)


def _columns(parts: list[Part]) -> tuple[list[IntArray], list[IntArray], list[IntArray]]:
    return [part[0] for part in parts], [part[1] for part in parts], [part[2] for part in parts]


def _shared(groups: IntArray, amount: IntArray, homes: IntArray, persons: FloatArray) -> Part:
    """Lay groups and homes side by side along a line of all who leave, and cut it at the ends of both."""
    ends = np.cumsum(amount)
    home_ends = np.rint(np.cumsum(persons) / persons.sum() * ends[-1]).astype(np.int64)
    cuts = np.unique(np.concatenate([[0], ends, home_ends]))
    return (
        groups[np.searchsorted(ends, cuts[:-1], side="right")],
        homes[np.searchsorted(home_ends, cuts[:-1], side="right")],
        np.diff(cuts),
    )
