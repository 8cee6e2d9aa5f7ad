"""Groups on their way and the ways planned for them anew, joined person by person.

Where several groups are planned anew from one node, the solver names persons, not groups: those on the road
go first, in their order. Index names: ``g`` group, ``m`` member of a node, ``j`` group of the rest.
"""

from collections import Counter

import numpy as np

from dss.arrays import BoolArray, IntArray
from models.evacuation.problem import Groups
from models.evacuation.rest import Frozen, Rest

Ways = Counter[tuple[int, bytes, bytes]]


def joined(groups: Groups, frozen: Frozen, rest: Rest, anew: Groups, step: int) -> tuple[Groups, Groups]:
    """Return whole ways from step 0 on, and what those did on their way who are stranded.

    Parameters
    ----------
    groups, anew
        The plan before and the plan of the rest.
    """
    member, j, persons = _matched(groups, frozen, rest, anew)
    out = frozen.done[member] > 0
    going = j >= 0
    lost = ~going & out
    before = (groups.offsets[member], frozen.done[member])
    stranded = _ragged(groups, (groups.origin[member], persons), lost, [before])
    under_way = rest.problem.tail.size - rest.behind.size
    behind = np.append(rest.behind, np.zeros(under_way, dtype=np.int64))
    first = anew.offsets[:-1] + (anew.arc[anew.offsets[:-1]] >= rest.behind.size)
    row = np.where(going, j, 0)
    begin = groups.arc.size + np.append(first, 0)[row]
    after = (begin, groups.arc.size + np.append(anew.offsets[1:], 0)[row] - begin)
    both = Groups(
        groups.origin,
        groups.persons,
        groups.offsets,
        np.concatenate([groups.arc, behind[anew.arc]]),
        np.concatenate([groups.enter_step, anew.enter_step + step]),
    )
    new = _ragged(both, (groups.origin[member], persons), going, [before, after])
    kept = rows(groups, frozen.kept)
    return stacked(kept, new), stranded


def rows(groups: Groups, chosen: BoolArray) -> Groups:
    """Return some of the groups."""
    lengths = np.diff(groups.offsets)
    return _ragged(groups, (groups.origin, groups.persons), chosen, [(groups.offsets[:-1], lengths)])


def ways(groups: Groups, step: int | None) -> Ways:
    """Return persons by origin, arcs and steps of entry before a step, or all of them where there is none.

    Groups who enter no arc before the step are left out.
    """
    found: Ways = Counter()
    if step is None:
        ends = groups.offsets[1:]
    else:
        entered = np.concatenate([[0], np.cumsum(groups.enter_step < step)])
        ends = groups.offsets[:-1] + entered[groups.offsets[1:]] - entered[groups.offsets[:-1]]
    bounds = zip(groups.offsets[:-1].tolist(), ends.tolist(), strict=True)
    people = zip(groups.origin.tolist(), groups.persons.tolist(), strict=True)
    for (begin, end), (origin, persons) in zip(bounds, people, strict=True):
        if end > begin:
            row = slice(begin, end)
            found[origin, groups.arc[row].tobytes(), groups.enter_step[row].tobytes()] += persons
    return found


def _matched(groups: Groups, frozen: Frozen, rest: Rest, anew: Groups) -> tuple[IntArray, IntArray, IntArray]:
    """Return pieces: group before, group of the rest or -1 where there is none, persons."""
    ends = np.cumsum(groups.persons[rest.member])
    supply = rest.problem.supply
    base = np.cumsum(supply) - supply
    order = np.lexsort((anew.departure_step, anew.origin))
    persons, origin = anew.persons[order], anew.origin[order]
    before = np.cumsum(persons) - persons
    of_node = before[np.searchsorted(origin, origin)]
    begin = base[origin] + before - of_node
    # people at home are all alike: only where a node's end, or somebody on the road's, is a boundary
    out = frozen.done[rest.member] > 0
    boundary = out | np.append(np.diff(rest.node) > 0, True) | np.append(out[1:], True)
    cuts = np.unique(np.concatenate([[0], ends[boundary], begin, begin + persons]))
    start = cuts[:-1]
    member = rest.member[np.searchsorted(ends, start, side="right")]
    j = np.searchsorted(begin, start, side="right") - 1
    inside = (j >= 0) & (start < (begin + persons)[j]) if persons.size else np.zeros(start.size, np.bool_)
    return member, np.where(inside, order[j] if persons.size else -1, -1), np.diff(cuts)


def _ragged(
    groups: Groups,
    people: tuple[IntArray, IntArray],
    chosen: BoolArray,
    parts: list[tuple[IntArray, IntArray]],
) -> Groups:
    """Return groups whose ways are parts of rows one after another, each given by begin and length."""
    origin, persons = people
    starts = np.stack([begin[chosen] for begin, _ in parts], axis=1).ravel()
    lengths = np.stack([length[chosen] for _, length in parts], axis=1)
    flat = lengths.ravel()
    within = np.arange(flat.sum()) - np.repeat(np.cumsum(flat) - flat, flat)
    row = np.repeat(starts, flat) + within
    offsets = np.concatenate([[0], np.cumsum(lengths.sum(axis=1))])
    return Groups(origin[chosen], persons[chosen], offsets, groups.arc[row], groups.enter_step[row])


def stacked(first: Groups, second: Groups) -> Groups:
    """Return the groups of both, one after the other."""
    return Groups(
        np.concatenate([first.origin, second.origin]),
        np.concatenate([first.persons, second.persons]),
        np.concatenate([first.offsets, first.offsets[-1] + second.offsets[1:]]),
        np.concatenate([first.arc, second.arc]),
        np.concatenate([first.enter_step, second.enter_step]),
    )
