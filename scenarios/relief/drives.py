"""The drives of a plan: every leg of every trip with its edges, replayed on the roads at that time.

Index names: ``t`` trips, ``n`` visits, ``l`` legs (one to each visit, and one back from each trip).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.arrays import FloatArray, IntArray
from models import Violation
from models.dispatch import DeliveryDecision
from scenarios.evacuation.streets import Streets
from scenarios.relief.course import Course
from scenarios.relief.travel import Legs, Travel

SLACK_S: Final = 1.0
"""Travel times between places are single precision: a plan may be early or late by so much."""


@dataclass(frozen=True, slots=True, eq=False)
class Drives:
    """Legs in the order of trips and of driving.

    Parameters
    ----------
    trip
        Trip of each leg, shape (l,).
    begin, end
        Places, depots first, then stops.
    depart_s, arrive_s
        As planned.
    kind
        Kind of the vehicle.
    legs
        Their edges.
    """

    trip: IntArray
    begin: IntArray
    end: IntArray
    depart_s: FloatArray
    arrive_s: FloatArray
    kind: IntArray
    legs: Legs


def drives_of(decision: DeliveryDecision, depots: int, kind_of_trip: IntArray, travel: Travel) -> Drives:
    """Return the legs of a plan's trips.

    Parameters
    ----------
    depots
        How many there are: stop s is place ``depots + s``.
    kind_of_trip
        Kind of the vehicle of each trip, a row of the travel's tables, shape (t,).
    """
    rows = leg_rows(decision, depots)
    kind = kind_of_trip[rows["trip"].astype(np.int64)]
    begin, end = rows["begin"].astype(np.int64), rows["end"].astype(np.int64)
    return Drives(
        rows["trip"].astype(np.int64), begin, end, rows["depart_s"], rows["arrive_s"], kind,
        travel.legs(kind, begin, end),
    )  # fmt: skip


def leg_rows(decision: DeliveryDecision, depots: int) -> dict[str, FloatArray]:
    """Return trip, places and planned times of every leg, in the order of trips and of driving."""
    trips, visits = decision.trip_vehicle.size, decision.visit_trip.size
    trip = np.concatenate([decision.visit_trip, np.arange(trips)])
    order = np.lexsort((np.arange(trip.size), trip))
    end = np.concatenate([depots + decision.visit_stop, decision.trip_depot])[order]
    arrive_s = np.concatenate([decision.visit_arrive_s, decision.trip_end_s])[order]
    leave_s = np.concatenate([decision.visit_leave_s, np.full(trips, np.nan)])[order]
    trip = trip[order]
    first = np.diff(trip, prepend=-1) > 0
    begin = np.where(first, decision.trip_depot[trip], np.roll(end, 1))
    depart_s = np.where(first, decision.trip_start_s[trip], np.roll(leave_s, 1))
    assert order.size == trips + visits
    return {"trip": trip, "begin": begin, "end": end, "depart_s": depart_s, "arrive_s": arrive_s}


def replay(drives: Drives, course: Course, streets: Streets, on_road: IntArray) -> list[Violation]:
    """Drive every leg on the roads as they are at that time, without a solver.

    A leg breaks ``way`` where its edges do not follow each other from the road of the place where it begins
    to that where it ends; ``closed`` where an edge is closed when it is entered or closes before it is left;
    ``late`` where it ends after the plan says.

    Parameters
    ----------
    on_road
        Road that each place joins, by kind, shape (h, p); -1 where none is near.
    """
    broken: list[Violation] = []
    for leg in range(drives.trip.size):
        edges, share = drives.legs.of(leg)
        where = f"trip {int(drives.trip[leg])} leg {leg}"
        ends = on_road[drives.kind[leg], [drives.begin[leg], drives.end[leg]]]
        if not _follows(edges, streets, ends, same=drives.begin[leg] == drives.end[leg]):
            broken.append(Violation("way", where, 1.0))
            continue
        arrive_s, closed = drive(course, int(drives.kind[leg]), edges, share, float(drives.depart_s[leg]))
        if closed is not None:
            broken.append(Violation("closed", f"{where} {streets.name_of(closed)}", 1.0))
        elif arrive_s > drives.arrive_s[leg] + SLACK_S:
            broken.append(Violation("late", where, arrive_s - float(drives.arrive_s[leg])))
    return broken


def drive(
    course: Course, kind: int, edges: IntArray, share: FloatArray, depart_s: float
) -> tuple[float, int | None]:
    """Return when a drive arrives, and the edge that closes on it; None where none does.

    An edge that changes while a vehicle is on it takes the longest of its times there.
    """
    now_s = depart_s
    for e, part in zip(edges.tolist(), share.tolist(), strict=True):
        if part <= 0:
            continue
        first = course.step_at(now_s)
        edge_s = float(course.edge_s[kind, first, e])
        last = course.step_at(now_s + part * edge_s) if np.isfinite(edge_s) else first
        edge_s = float(course.edge_s[kind, first : last + 1, e].max())
        if not np.isfinite(edge_s):
            return np.inf, e
        now_s += part * edge_s
    return now_s, None


def _follows(edges: IntArray, streets: Streets, on_road: IntArray, *, same: bool) -> bool:
    """Tell whether edges lead from one place's road to the other's."""
    if edges.size == 0:
        return same or _share_a_junction(streets, on_road)
    joined = bool((streets.head[edges[:-1]] == streets.tail[edges[1:]]).all())
    touches = [
        _touches(streets, int(edge), int(road))
        for edge, road in ((edges[0], on_road[0]), (edges[-1], on_road[1]))
    ]
    return joined and all(touches)


def _touches(streets: Streets, edge: int, road: int) -> bool:
    """Tell whether an edge is of a road, or meets it at a junction."""
    if road < 0:
        return False
    own = {int(streets.tail[2 * road]), int(streets.head[2 * road])}
    return int(streets.road[edge]) == road or bool(own & {int(streets.tail[edge]), int(streets.head[edge])})


def _share_a_junction(streets: Streets, on_road: IntArray) -> bool:
    return bool((on_road >= 0).all()) and _touches(streets, int(2 * on_road[0]), int(on_road[1]))
