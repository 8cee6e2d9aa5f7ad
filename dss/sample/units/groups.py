"""Which faces belong together: communities of a few thousand people, street offices, life circles.

Index names: ``f`` face.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from dss.sample.units.faces import Faces

COMMUNITY_PERSONS: Final = 4_500
STREET_PERSONS: Final = 38_000
CIRCLE_PERSONS: Final = 15_000
"""People of an area of each kind, roughly."""


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """What each face belongs to, shape (n faces,) each; numbers count from 0 over the whole city."""

    community: IntArray
    street: IntArray
    circle: IntArray


def group_faces(faces: Faces, persons: FloatArray) -> Groups:
    """Group faces into street offices within their district, and communities and circles within those.

    A group is one piece as far as its land is: the built-up part is halved again and again where its people
    are, then country, river and verges go to a neighbour.
    """
    street = _divide(faces, faces.district, persons, STREET_PERSONS)
    circle = _divide(faces, street, persons, CIRCLE_PERSONS)
    return Groups(_divide(faces, circle, persons, COMMUNITY_PERSONS), street, circle)


def _divide(faces: Faces, parent: IntArray, persons: FloatArray, wanted: float) -> IntArray:
    """Divide each parent into groups of about ``wanted`` people."""
    group = np.full(parent.size, -1, dtype=np.int64)
    first = 0
    for one in np.unique(parent):
        members = np.flatnonzero(parent == one)
        lived_in = members[persons[members] > 0]
        core = lived_in if lived_in.size else members
        count = int(np.clip(round(persons[members].sum() / wanted), 1, core.size))
        _halve(core, (faces.point, np.maximum(persons, 1.0)), (first, count), group)
        first += count
    return _spread_to_neighbours(group, faces.beside, parent)


def _halve(
    members: IntArray, place: tuple[FloatArray, FloatArray], numbers: tuple[int, int], group: IntArray
) -> None:
    """Give members the numbers ``first`` to ``first + count - 1``, halving across their longer side."""
    first, count = numbers
    if count == 1:
        group[members] = first
        return
    point, weight = place
    extent = np.ptp(point[members], axis=0)
    order = members[np.argsort(point[members, int(extent[1] > extent[0])], kind="stable")]
    left = count // 2
    total = np.cumsum(weight[order])
    cut = int(np.searchsorted(total, total[-1] * left / count)) + 1
    cut = int(np.clip(cut, left, members.size - (count - left)))
    _halve(order[:cut], place, (first, left), group)
    _halve(order[cut:], place, (first + left, count - left), group)


def _spread_to_neighbours(group: IntArray, beside: tuple[IntArray, FloatArray], parent: IntArray) -> IntArray:
    """Give faces without a group that of the neighbour with which they share most of their edge."""
    pairs = np.concatenate([beside[0], beside[0][:, ::-1]])
    shared_m = np.tile(beside[1], 2)
    same: BoolArray = parent[pairs[:, 0]] == parent[pairs[:, 1]]
    pairs, shared_m = pairs[same], shared_m[same]
    group = group.copy()
    while (group < 0).any():
        own, other = pairs.T
        open_ = (group[own] < 0) & (group[other] >= 0)
        if not open_.any():
            break
        order = np.lexsort([group[other[open_]], -shared_m[open_], own[open_]])
        f, place = np.unique(own[open_][order], return_index=True)
        group[f] = group[other[open_][order][place]]
    return _with_stragglers(group, parent)


def _with_stragglers(group: IntArray, parent: IntArray) -> IntArray:
    """Give what no neighbour took, beyond a river say, to the first group of its parent."""
    left = np.flatnonzero(group < 0)
    for one in np.unique(parent[left]):
        mine = parent == one
        group[mine & (group < 0)] = group[mine & (group >= 0)].min()
    return group
