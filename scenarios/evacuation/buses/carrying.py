"""Plan the vehicles that fetch people, after everyone else has a place.

Roads close while vehicles go to and fro. A plan is made on the roads that serve until a moment, and holds if
its last vehicle is done by then; the earliest such moment of the hazard is taken, since the most roads serve
until it. Index names: ``s`` shelters, ``c`` affected cells.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from dss import columns as col
from dss.arrays import FloatArray, IntArray
from models import Limits, Plan, dispatch
from models.dispatch import BusDecision
from scenarios.evacuation.buses.building import Asked, Prepared, prepare
from scenarios.evacuation.buses.carried import (
    CARRIED,
    Carried,
    CarriedMeans,
    Living,
    Places,
    Service,
)
from scenarios.evacuation.buses.fleet import Fleet, fleet_of
from scenarios.evacuation.buses.taken import arrived_at, brought_to, places_left
from scenarios.evacuation.course import RoadCourse, road_course
from scenarios.evacuation.movement import PlannedMeans
from scenarios.evacuation.planning import Setting
from scenarios.evacuation.record import Moved
from scenarios.evacuation.streets import Words
from scenarios.evacuation.travellers import given
from scenarios.progress import Tick, closing, part_of

TIME_SHARE: Final = 0.3
"""Share of a plan's seconds for the vehicles of a kind, for each moment that they might be done by."""
PROBE_SHARE: Final = 0.1
"""Share of that for a first look whether they can be."""


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """What is known when vehicles are planned: the other means' plans, the communities of the cells, (c,)."""

    setting: Setting
    moved: Mapping[PlannedMeans, Moved]
    communities: Words


def carry(given_: Given, tick: Tick) -> dict[CarriedMeans, Carried]:
    """Plan special transport, then the buses; kinds that nobody needs are left out.

    Parameters
    ----------
    tick
        Told which share is done, and the gap of the search under way; may raise to stop.
    """
    setting, found = given_.setting, dict[CarriedMeans, Carried]()
    capacity = setting.journeys.problem.capacity.astype(np.int64)
    left = places_left(capacity, [arrived_at(moved) for moved in given_.moved.values()])
    needed = [means for means in CARRIED if setting.travellers.persons[means].any()]
    for number, means in enumerate(needed):
        part = part_of(tick, number / len(needed), (number + 1) / len(needed))
        found[means] = _carried(given_, means, left, part)
        left = left - brought_to(found[means])
    return found


def _carried(given_: Given, means: CarriedMeans, left: IntArray, tick: Tick) -> Carried:
    setting = given_.setting
    situation, spec = setting.situation, setting.spec
    fleet, asked = fleet_of(situation, spec, means), _asked(given_, means, left)
    course = road_course(situation, spec, "drive")
    prepared, plan, horizon_s = _in_time(setting, (asked, fleet), course, tick)
    service = Service(asked.stop_s, fleet.source, horizon_s if np.isfinite(horizon_s) else None)
    return Carried(
        problem=prepared.problem,
        plan=plan,
        service=service,
        depots=fleet.depots,
        points=prepared.points,
        shelters=asked.shelters,
        living=prepared.living,
        no_way=prepared.no_way,
        no_place=prepared.no_place,
        node={kind: moved.site for kind, moved in given_.moved.items()},
        capacity=setting.journeys.problem.capacity.astype(np.int64),
    )


def _in_time(
    setting: Setting, parts: tuple[Asked, Fleet], course: RoadCourse, tick: Tick
) -> tuple[Prepared, Plan[BusDecision], float]:
    """Return the plan of the earliest moment that it is done by, with what it is made on."""
    limits = Limits(TIME_SHARE * setting.spec.time_limit_s, setting.scenario.solve.relative_gap)
    ends_s = np.unique(course.leave_by_s[np.isfinite(course.leave_by_s) & (course.leave_by_s > 0)])
    moments = [*ends_s.tolist(), np.inf]
    for number, horizon_s in enumerate(moments):
        heard = closing(part_of(tick, number / len(moments), (number + 1) / len(moments)), limits.time_s)
        prepared = prepare(setting.situation, *parts, _serving(course, horizon_s))
        if np.isfinite(horizon_s):
            brief = replace(limits, time_s=PROBE_SHARE * limits.time_s)
            probe = dispatch.solve(prepared.problem, brief, setting.scenario.seed, listener=heard)
            bound_s = probe.report.bound
            if bound_s is not None and bound_s > horizon_s:
                continue
        plan = dispatch.solve(prepared.problem, limits, setting.scenario.seed, listener=heard)
        assert plan.decision is not None, "who has no way or place is not asked for"
        if plan.decision.last_arrival_s <= horizon_s:
            break
    return prepared, plan, float(horizon_s)


def _serving(course: RoadCourse, until_s: float) -> FloatArray:
    """Return the time of each edge that serves until a moment, inf for the others, shape (n edges,)."""
    return np.where(course.leave_by_s >= until_s, course.time_s, np.inf)


def _asked(given_: Given, means: CarriedMeans, left: IntArray) -> Asked:
    setting = given_.setting
    situation, spec = setting.situation, setting.spec
    cells = situation.cells.only(setting.affected)
    persons = setting.travellers.persons[means]
    c = np.flatnonzero(persons > 0)
    living = Living(cells.cell[c], persons[c], np.full(c.size, -1), given_.communities[c])
    frame = situation.shelters.features.iloc[setting.journeys.site_index]
    shelters = Places(
        frame[col.NAME].astype("string").fillna("").to_numpy(object),
        frame.geometry.x.to_numpy(np.float64),
        frame.geometry.y.to_numpy(np.float64),
    )
    standards, own = situation.standards, spec.buses if means == "bus" else spec.special
    return Asked(
        living=living,
        place=(cells.x_m[c], cells.y_m[c]),
        shelters=shelters,
        places=left,
        spacing_m=spec.means.pickup_m,
        walk_m=given(spec.means.pickup_walk_m, standards, "evacuation.pickup_walk_m"),
        stop_s=given(own.stop_s, standards, "evacuation.bus_stop_s"),
        unit_s=spec.step_s,
    )
