"""Routes as people follow them: along which street, how far, then which way to turn.

Index names: ``e`` edges of the road network, ``g`` groups.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from dss.arrays import FloatArray, IntArray
from models.evacuation import Evacuation, Groups
from scenarios.evacuation.streets import Streets

Turn = Literal["start", "straight", "left", "right", "back"]

STRAIGHT_DEG: Final = 35.0
"""A smaller change of direction is straight on."""
BACK_DEG: Final = 150.0
"""A greater one is turning round."""
LOOK_M: Final = 20.0
"""The direction of a road at a junction is that of its last or first metres."""


@dataclass(frozen=True, slots=True)
class Leg:
    """A stretch of one street.

    Parameters
    ----------
    turn
        How one comes to it from the stretch before.
    street
        Its name, empty where it has none.
    heading_deg
        Where it sets off to, clockwise from north.
    length_m
        How long it is.
    """

    turn: Turn
    street: str
    heading_deg: float
    length_m: float


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """A way from a junction to a shelter.

    Parameters
    ----------
    edges
        Edges of the road network in the order of travel.
    legs
        The same as people follow it.
    goal
        Node of the problem where it ends.
    shelter
        Name of the shelter there, empty where it has none.
    travel_steps
        How long it takes on empty roads.
    """

    edges: IntArray
    legs: tuple[Leg, ...]
    goal: int
    shelter: str
    travel_steps: int

    @property
    def length_m(self) -> float:
        """Length of the whole route."""
        return sum(leg.length_m for leg in self.legs)


def routes_of(problem: Evacuation, groups: Groups, streets: Streets) -> tuple[list[Route], IntArray]:
    """Return the different routes of groups, and the route of each group, shape (g,).

    Doors count as nothing: groups that differ only in when they are ready take the same route.
    """
    guide = Guide(streets)
    found: dict[bytes, int] = {}
    routes: list[Route] = []
    row = np.empty(groups.origin.size, dtype=np.int64)
    is_road = np.diff(streets.offsets) > 0
    for g in range(row.size):
        arcs = groups.arc[groups.offsets[g] : groups.offsets[g + 1]]
        goal = int(problem.head[arcs[-1]])
        key = arcs[is_road[arcs]].tobytes() + goal.to_bytes(8)
        if key not in found:
            found[key] = len(routes)
            edges = np.concatenate([np.zeros(0, dtype=np.int64), *map(streets.edges_of, arcs)])
            steps = int(problem.travel_steps[arcs].sum())
            routes.append(Route(edges, guide.legs(edges), goal, str(streets.shelter[goal]), steps))
        row[g] = found[key]
    return routes, row


def path_of(route: Route, streets: Streets) -> FloatArray:
    """Return the corners of a route, at least two, shape (c, 2), metres."""
    if route.edges.size == 0:  # the shelter is where they set out
        return np.repeat([[streets.x_m[route.goal], streets.y_m[route.goal]]], 2, axis=0)
    return np.concatenate([streets.path_of(int(e)) for e in route.edges])


class Guide:
    """Knows how streets meet."""

    def __init__(self, streets: Streets) -> None:
        self._streets = streets
        self._length_m = streets.length_m()
        pair = np.unique(np.column_stack([streets.tail, streets.head]), axis=0)
        self._ways = np.bincount(pair[:, 0], minlength=int(streets.head.max(initial=0)) + 1)

    def legs(self, edges: IntArray, share: FloatArray | None = None) -> tuple[Leg, ...]:
        """Return edges as people follow them; ``share`` is the part of each that is travelled, or all."""
        legs: list[Leg] = []
        before = -1
        parts = np.ones(edges.size) if share is None else share
        for e, part in zip(edges.tolist(), parts.tolist(), strict=True):
            street, length_m = self._streets.name_of(e), part * float(self._length_m[e])
            first_deg, _ = headings_deg(self._streets.path_of(e))
            turn = self._turn(before, first_deg)
            if legs and self._goes_on(legs[-1], street, turn, e):
                last = legs[-1]
                legs[-1] = Leg(last.turn, last.street, last.heading_deg, last.length_m + length_m)
            else:
                legs.append(Leg(turn, street, first_deg, length_m))
            before = e
        return tuple(legs)

    def _turn(self, before: int, heading_deg: float) -> Turn:
        if before < 0:
            return "start"
        return turn_of(headings_deg(self._streets.path_of(before))[1], heading_deg)

    def _goes_on(self, last: Leg, street: str, turn: Turn, e: int) -> bool:
        """Tell whether nobody needs to be told of an edge: the street goes on, or bends without a choice."""
        is_choice = self._ways[self._streets.tail[e]] > 2
        return last.street == street and (turn == "straight" or not is_choice)


def headings_deg(path: FloatArray) -> tuple[float, float]:
    """Return where a line sets off to and where it comes in, degrees clockwise from north."""
    return _heading_deg(path), (_heading_deg(path[::-1]) + 180) % 360


def turn_of(from_deg: float, to_deg: float) -> Turn:
    """Return which way one turns from one direction to another."""
    right_deg = (to_deg - from_deg + 180) % 360 - 180
    if abs(right_deg) < STRAIGHT_DEG:
        return "straight"
    if abs(right_deg) > BACK_DEG:
        return "back"
    return "right" if right_deg > 0 else "left"


def _heading_deg(path: FloatArray) -> float:
    """Return the direction of a line's first metres."""
    far = np.hypot(*(path - path[0]).T)
    beyond = np.flatnonzero(far >= min(LOOK_M, far.max()))
    east, north = path[beyond[0]] - path[0]
    return float(np.degrees(np.arctan2(east, north)) % 360)
