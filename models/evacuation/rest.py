"""What is left to plan when a road closes while people are on their way.

At a step s some arcs close. Whoever has set out by an open way keeps it, with every step of it; whoever has
set out by a way that is now closed drives to the end of the arc they are on and is planned anew from there;
whoever has not set out is planned anew. The rest is an evacuation problem of its own whose step 0 is s: those
who keep their way take capacity in single steps and places, so an arc with such steps becomes several arcs
with windows that follow each other.

Index names: ``g`` group, ``a`` arc of the problem, ``m`` member of a pool.
"""

from dataclasses import dataclass, replace

import numpy as np

from dss.arrays import BoolArray, IntArray
from models.evacuation.problem import FOREVER, Evacuation, Groups
from models.evacuation.replay import Rows

Pieces = tuple[IntArray, IntArray, IntArray, IntArray]
"""Arcs with windows: arc of the problem, opening, closing and capacity that is free in between."""


@dataclass(frozen=True, slots=True, eq=False)
class Frozen:
    """What of a plan's groups is fixed at a step.

    Parameters
    ----------
    done
        How many arcs each group entered before the step, shape (g,).
    kept
        Groups who have set out and whose way is open, shape (g,).
    """

    done: IntArray
    kept: BoolArray


@dataclass(frozen=True, slots=True, eq=False)
class Rest:
    """Who is planned anew, from where and when.

    Parameters
    ----------
    problem
        Step 0 is the step of the closing. Nodes after the problem's are people who are still under way to a
        node, with one arc each.
    behind
        Arc of the whole problem behind each arc, shape (k',); those after the end of it are arcs of people
        under way.
    member
        Groups of the plan by the node where they are planned anew, shape (members,); who is on the road comes
        before who has not set out.
    node
        Node of each member in ``problem``, ascending, shape (members,).
    """

    problem: Evacuation
    behind: IntArray
    member: IntArray
    node: IntArray


def closed_from(problem: Evacuation, arcs: IntArray, step: int) -> Evacuation:
    """Return a problem in which some arcs may not be entered from a step on."""
    given = problem.closing_step
    closing = np.full(problem.tail.size, np.inf) if given is None else given.copy()
    closing[arcs] = np.minimum(closing[arcs], step)
    return replace(problem, closing_step=closing)


def frozen_at(problem: Evacuation, groups: Groups, step: int) -> Frozen:
    """Return what is fixed at a step, where ``problem`` has the new closings."""
    if groups.persons.size == 0:
        return Frozen(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.bool_))
    _, closing = problem.entry_window()
    begin = groups.offsets[:-1]
    entered = groups.enter_step < step
    blocked = ~entered & (groups.enter_step >= closing[groups.arc])
    done = np.add.reduceat(entered.astype(np.int64), begin)
    return Frozen(done, (done > 0) & ~np.logical_or.reduceat(blocked, begin))


def rest_of(problem: Evacuation, groups: Groups, frozen: Frozen, at: tuple[int, int]) -> Rest:
    """Return what is to be planned anew.

    Parameters
    ----------
    problem
        With the new closings.
    at
        The step of the closing, and how many steps a block has. 1: exact. More: whoever keeps their way takes
        as much in every step of a block as in its fullest one; fewer arcs, and every plan is still one.
    """
    pieces = _free_capacity(problem, _taken(groups, frozen.kept, at), at)
    return _rest(problem, groups, frozen, at[0], pieces)


def rest_alone(problem: Evacuation, groups: Groups, frozen: Frozen, step: int) -> Rest:
    """Return what is to be planned anew as if those who keep their way took places, but no capacity."""
    nobody = np.zeros(0, dtype=np.int64)
    pieces = _free_capacity(problem, (nobody, nobody, nobody), (step, 1))
    return _rest(problem, groups, frozen, step, pieces)


def _rest(problem: Evacuation, groups: Groups, frozen: Frozen, step: int, pieces: Pieces) -> Rest:
    member = np.flatnonzero(~frozen.kept)
    member = member[np.argsort(frozen.done[member] == 0, kind="stable")]
    last = groups.offsets[member] + frozen.done[member] - 1
    out = frozen.done[member] > 0
    where = groups.origin[member].copy()
    ready = np.zeros(member.size, dtype=np.int64)
    on = groups.arc[last[out]]
    where[out] = problem.head[on]
    ready[out] = np.maximum(0, groups.enter_step[last[out]] + problem.travel_steps[on] - step)
    n = problem.supply.size
    under_way, which = np.unique(np.stack([ready, where])[:, ready > 0], axis=1, return_inverse=True)
    node = where.copy()
    node[ready > 0] = n + which.ravel()
    order = np.argsort(node, kind="stable")
    supply = np.bincount(node, weights=groups.persons[member], minlength=n + under_way.shape[1])
    behind, opening, closing, capacity = pieces
    count = under_way.shape[1]
    kept = np.flatnonzero(frozen.kept)
    goal = problem.head[groups.arc[groups.offsets[kept + 1] - 1]]
    taken = np.bincount(goal, weights=groups.persons[kept], minlength=n)
    rest = Evacuation(
        tail=np.concatenate([problem.tail[behind], n + np.arange(count)]),
        head=np.concatenate([problem.head[behind], under_way[1]]),
        travel_steps=np.concatenate([problem.travel_steps[behind], np.ones(count, dtype=np.int64)]),
        capacity=np.concatenate([capacity, supply[n:].astype(np.int64)]),
        supply=supply.astype(np.int64),
        shelter_capacity=np.concatenate([np.maximum(0, problem.shelter_capacity - taken), np.zeros(count)]),
        opening_step=np.concatenate([opening, under_way[0] - 1]),
        closing_step=np.concatenate([np.where(closing < FOREVER, closing, np.inf), np.full(count, np.inf)]),
    )
    return Rest(rest, behind, member[order], node[order])


def entering(groups: Groups, rest: Rest, kept: BoolArray, step: int) -> Rows:
    """Return who enters which arc of a rest without pieces on a way that is kept, counted from a step."""
    arc, entered, persons = _taken(groups, kept, (step, 1))
    place = np.full(max(arc.max(initial=-1), rest.behind.max(initial=-1)) + 1, -1, dtype=np.int64)
    place[rest.behind] = np.arange(rest.behind.size)
    known = place[arc] >= 0
    return Rows(place[arc[known]], entered[known], persons[known])


def _free_capacity(
    problem: Evacuation, taken_in: tuple[IntArray, IntArray, IntArray], at: tuple[int, int]
) -> Pieces:
    """Return arcs with windows."""
    step, block_steps = at
    opening, closing = problem.entry_window()
    opening = np.maximum(0, opening - step)
    closing = np.where(closing < FOREVER, np.maximum(0, closing - step), FOREVER)
    arc, block, taken = taken_in
    # a piece begins where somebody enters and where nobody does after that; the last of a place counts
    k = problem.tail.size
    begins = np.concatenate([np.zeros(k, dtype=np.int64), (block + 1) * block_steps, block * block_steps])
    whose = np.concatenate([np.arange(k), arc, arc])
    free = np.concatenate([problem.capacity, problem.capacity[arc], problem.capacity[arc] - taken])
    order = np.lexsort((np.arange(whose.size), begins, whose))
    whose, begins, free = whose[order], begins[order], free[order]
    latest = np.append((np.diff(whose) != 0) | (np.diff(begins) != 0), True)
    whose, begins, free = whose[latest], begins[latest], free[latest]
    new = np.append(True, (np.diff(whose) != 0) | (np.diff(free) != 0))
    whose, begins, free = whose[new], begins[new], free[new]
    ends = np.where(np.append(np.diff(whose) == 0, False), np.append(begins[1:], FOREVER), FOREVER)
    begins, ends = np.maximum(begins, opening[whose]), np.minimum(ends, closing[whose])
    # a shelter that is full now is none in the rest, but nobody passes through it
    used = (begins < ends) & (free > 0) & (problem.shelter_capacity[problem.tail[whose]] == 0)
    return whose[used], begins[used], ends[used], free[used]


def _taken(groups: Groups, kept: BoolArray, at: tuple[int, int]) -> tuple[IntArray, IntArray, IntArray]:
    """Return arc, block of steps and the most persons in one of them who enter on a way that is kept."""
    step, block_steps = at
    persons = np.repeat(groups.persons, np.diff(groups.offsets))
    later = np.repeat(kept, np.diff(groups.offsets)) & (groups.enter_step >= step)
    t = groups.enter_step[later] - step
    span = int(t.max(initial=0)) + 1
    slot, which = np.unique(groups.arc[later] * span + t, return_inverse=True)
    entering = np.bincount(which.ravel(), weights=persons[later], minlength=slot.size).astype(np.int64)
    arc, t = slot // span, slot % span
    place, which = np.unique(arc * span + t // block_steps, return_inverse=True)
    most = np.zeros(place.size, dtype=np.int64)
    np.maximum.at(most, which.ravel(), entering)
    return place // span, place % span, most
