"""Who goes: the people of affected cells, each group of a cell in a row of its own.

Index names: ``i`` rows, ``c`` affected cells, ``g`` groups, 0 standing for everyone else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from dss.arrays import FloatArray, IntArray
from dss.cells import FIELD_OF_GROUP, CellFrame, whole_numbers
from dss.errors import ScenarioError
from dss.groups import group_share
from dss.onemap import OneMap
from dss.standards import StandardsReader
from scenarios.allocation.spec import Group

SPEEDS: Final = {
    "elderly": "pedestrian.elderly_speed_mps",
    "children": "pedestrian.children_speed_mps",
    "disabled": "pedestrian.assisted_speed_mps",
    "patients": "pedestrian.assisted_speed_mps",
}


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Rows of people who go.

    Parameters
    ----------
    cell
        Affected cell of each row, shape (n,), ascending.
    group
        0 for everyone else, g for the g-th group of the scenario, shape (n,).
    persons
        Shape (n,).
    pace
        How much longer walking takes than for an adult, shape (n,).
    counted
        Which groups the map counts; the others rest on shares of the scenario.
    """

    cell: IntArray
    group: IntArray
    persons: IntArray
    pace: FloatArray
    counted: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Census:
    """The map's cells, and which of them are affected, shape (n cells,) and rows of shape (c,)."""

    onemap: OneMap
    cells: CellFrame
    affected: IntArray


def gather_people(
    census: Census, persons: IntArray, groups: Sequence[Group], standards: StandardsReader
) -> People:
    """Divide the people of affected cells into groups.

    Parameters
    ----------
    persons
        Persons who must leave each affected cell, shape (c,).

    Raises
    ------
    ScenarioError
        If the map does not count a group and the scenario states no share.
    """
    c = persons.size
    rest = People(np.arange(c), np.zeros(c, np.int64), persons.copy(), np.ones(c))
    parts, counted = [], []
    for g, group in enumerate(groups, start=1):
        share, known = _share(census, group)
        own = np.minimum(whole_numbers(share * persons), rest.persons)
        company = np.minimum(np.rint(own * group.accompanied_by).astype(np.int64), rest.persons - own)
        rest = replace(rest, persons=rest.persons - own - company)
        here = np.flatnonzero(own > 0)
        pace = np.full(here.size, _pace(group, standards))
        parts.append(People(here, np.full(here.size, g), (own + company)[here], pace))
        counted.append(known)
    return _sorted([rest, *parts], tuple(counted))


def _sorted(parts: Sequence[People], counted: tuple[bool, ...]) -> People:
    cell, group, persons = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("cell", "group", "persons")
    )
    order = np.lexsort((group, cell))
    pace = np.concatenate([part.pace for part in parts])
    return People(cell[order], group[order], persons[order], pace[order], counted)


def _share(census: Census, group: Group) -> tuple[FloatArray, bool]:
    counted = _counted_share(census, group)
    if counted is not None:
        return counted[census.affected], True
    if group.share is None:
        field = FIELD_OF_GROUP.get(group.key, "-")
        raise ScenarioError("allocation_group_uncounted", group=group.key, field=field)
    return np.full(census.affected.size, group.share), False


def _counted_share(census: Census, group: Group) -> FloatArray | None:
    if group.key == "elderly" or group.key == "children" or group.key == "disabled":  # noqa: PLR1714 - typed
        return group_share(census.onemap, census.cells, group.key)
    return None


def _pace(group: Group, standards: StandardsReader) -> float:
    adult_mps = standards.number("pedestrian.adult_speed_mps")
    if group.walk_speed_mps is not None:
        return adult_mps / group.walk_speed_mps
    return adult_mps / standards.number(SPEEDS[group.key]) if group.key in SPEEDS else 1.0
