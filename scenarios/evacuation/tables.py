"""The figures and tables of an evacuation, from its record alone: stated by a run, derived by a check.

Index names: ``q`` calls.
"""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from dss.arrays import IntArray
from models.evacuation.lanes import police_points
from models.evacuation.merging import count_ways
from models.evacuation.replay import Rule, replay
from scenarios.allocation.plan_figures import Value
from scenarios.evacuation.binding import Binding, binding_of
from scenarios.evacuation.buses.tables import carried_figures, carried_row
from scenarios.evacuation.movement import CAUSES, Arrivals, Movement, PlannedMeans
from scenarios.evacuation.record import PLAN, Moved, Record, group_calls, node_calls

SHARES: Final = (0.5, 0.9, 0.95, 0.99)
AT_ONCE: Final = "at_once"
RULES: Final[tuple[Rule, ...]] = ("first_come", "in_order")
ROADS_NAMED: Final = 5


def evacuation_figures(record: Record) -> Iterator[Value]:
    """Return the figures of the plan and, beside them, of everyone leaving at once."""
    arrivals, facts = record.arrivals(PLAN), record.facts
    yield Value("evac_persons", record.persons, "persons")
    yield Value("evac_safe", arrivals.total, "persons")
    yield Value("evac_left", record.persons - arrivals.total, "persons")
    for cause in CAUSES:
        left = _left(record, cause)
        if left:
            yield Value(f"evac_left_{cause}", left, "persons")
    movements = [moved.movement for moved in record.plan.values()]
    yield Value("evac_clearance_min", _minutes(_latest(arrivals)), "min")
    yield Value(
        "evac_bound_min", _minutes(max((one.clearance_bound_s for one in movements), default=0)), "min"
    )
    for share in SHARES:
        yield Value(f"evac_{100 * share:.0f}_min", _minutes(arrivals.share_s(share)), "min")
    if facts.deadline_min is not None:
        yield Value("evac_safe_by_deadline", arrivals.by(60 * facts.deadline_min), "persons")
    yield Value("evac_person_hours", _person_hours(arrivals), "person_hours")
    nearest = record.arrivals_at_once
    yield Value("evac_at_once_safe", nearest.total, "persons")
    yield Value("evac_at_once_clearance_min", _minutes(_latest(nearest)), "min")
    if facts.refusing_persons:
        yield Value("evac_refusing", facts.refusing_persons, "persons")
    yield Value("evac_bus_persons", facts.bus_persons, "persons")
    yield Value("evac_special_persons", facts.special_persons, "persons")
    yield from carried_figures(record.carried)
    if facts.patients is not None:
        yield Value("evac_patients", facts.patients, "beds")


def described(record: Record) -> dict[str, Any]:
    """Return the tables of an evacuation as plain data."""
    return {
        "means": [_means_row(means, moved) for means, moved in record.plan.items()],
        "comparison": [comparison_row(record, name) for name in (PLAN, *record.variants, AT_ONCE)],
        "staged": record.facts.staged,
        "calls": call_rows(record),
        "pocket": pocket(record),
        "turned": turned_roads(record),
        "queues": queues(record),
        "deadline_min": record.facts.deadline_min,
        "carried": [carried_row(means, one) for means, one in record.carried.items()],
    }


def comparison_row(record: Record, name: str) -> dict[str, Any]:
    """Return what comes of a variant of the plan, or of everyone leaving at once."""
    arrivals = record.arrivals_at_once if name == AT_ONCE else record.arrivals(name)
    bound_s = None
    if name != AT_ONCE:
        bounds = [moved.movement.clearance_bound_s for moved in record.moved(name).values()]
        bound_s = max(bounds, default=0.0)
    deadline_min = record.facts.deadline_min
    return {
        "key": name,
        "safe": arrivals.total,
        "left": record.persons - arrivals.total,
        "clearance_min": _minutes(_latest(arrivals)),
        "bound_min": _minutes(bound_s),
        **{f"p{100 * share:.0f}_min": _minutes(arrivals.share_s(share)) for share in SHARES},
        "person_hours": _person_hours(arrivals),
        "by_deadline": None if deadline_min is None else arrivals.by(60 * deadline_min),
    }


def _means_row(means: PlannedMeans, moved: Moved) -> dict[str, Any]:
    movement = moved.movement
    decision, step_h = movement.decision, movement.step_s / 3600
    total_bound = movement.total_bound_steps
    units = int(decision.groups.persons.sum())
    return {
        "key": means,
        "persons": int(movement.persons.sum()),
        "units": int(movement.problem.supply.sum()),
        "units_safe": units,
        "clearance_min": _minutes(decision.clearance_step * movement.step_s),
        "bound_min": _minutes(movement.clearance_bound_s),
        "total_unit_hours": round(decision.total_arrival_steps * step_h, 1),
        "total_bound_unit_hours": None if total_bound is None else round(total_bound * step_h, 1),
        "groups": int(decision.groups.origin.size),
        "routes": _routes_row(movement),
    }


def _routes_row(movement: Movement) -> dict[str, Any]:
    """Return how many routes people are told, and what the plan with any routes was."""
    groups, freely = movement.decision.groups, movement.freely
    ways = count_ways(groups)
    row: dict[str, Any] = {"homes": int(np.unique(groups.origin).size), "routes": ways}
    if freely is None:
        return row
    return row | {
        "routes_freely": freely.ways,
        "clearance_freely_min": _minutes(freely.clearance_step * movement.step_s),
        "total_freely_unit_hours": round(freely.total_arrival_steps * movement.step_s / 3600, 1),
    }


def call_rows(record: Record) -> list[dict[str, Any]]:
    """Return who leaves when by call: first and last departure, when all are safe, when the hazard comes."""
    rows = []
    for q, call in enumerate(record.facts.calls):
        leaves, safe, persons, living = [], [], 0, 0
        for moved in record.plan.values():
            mine = group_calls(moved) == q
            leaves.append(moved.movement.departure_s[mine])
            safe.append(moved.movement.arrival_s[mine])
            persons += int(moved.movement.group_persons[mine].sum())
            living += int(moved.movement.persons[node_calls(moved) == q].sum())
        departure_s, arrival_s = np.concatenate(leaves), np.concatenate(safe)
        any_go = departure_s.size > 0
        rows.append(
            {
                "call": q + 1,
                "areas": list(call.areas),
                "called_min": _minutes(call.at_s),
                "reached_min": _minutes(call.reached_s) if np.isfinite(call.reached_s) else None,
                "persons": living,
                "safe": persons,
                "first_min": _minutes(float(departure_s.min())) if any_go else None,
                "last_min": _minutes(float(departure_s.max())) if any_go else None,
                "safe_min": _minutes(float(arrival_s.max())) if any_go else None,
            }
        )
    return rows


def pocket(record: Record) -> dict[str, Any] | None:
    """Return the pocket that sets the clearance: means, people, areas, binding roads; None for nobody."""
    slowest = slowest_means(record)
    if slowest is None:
        return None
    moved = record.plan[slowest]
    binding = binding_of(moved.movement)
    if binding.node.size == 0:
        return None
    streets = moved.streets
    return {
        "means": slowest,
        "persons": int(moved.movement.persons[binding.node].sum()),
        "homes": int(np.unique(moved.home[binding.node]).size),
        "areas": _areas(moved, binding),
        "roads": binding_roads(moved, binding),
        "arcs": int(binding.arc.size),
        "shelters_full": [str(streets.shelter[v]) for v in binding.shelter[:ROADS_NAMED]],
    }


def queues(record: Record) -> dict[str, Any]:
    """Return what comes of the plan in queues where nobody steers them, and where police keep its order."""
    played = {
        rule: [
            (moved, replay(moved.movement.problem, moved.movement.decision.groups, rule))
            for moved in record.plan.values()
            if moved.movement.decision.groups.origin.size
        ]
        for rule in RULES
    }
    steps = {
        rule: max((one.clearance_step * moved.movement.step_s for moved, one in rows), default=0.0)
        for rule, rows in played.items()
    }
    stranded = sum(
        int(one.stranded_of @ (moved.movement.group_persons / moved.movement.decision.groups.persons))
        for moved, one in played["first_come"]
    )
    return {**{rule: _minutes(at_s) for rule, at_s in steps.items()}, "stranded": stranded}


def turned_roads(record: Record) -> dict[str, Any] | None:
    """Return what was turned and what no other choice beats; None without contraflow."""
    moved = record.plan.get("car")
    if moved is None or moved.turning is None:
        return None
    turning, streets = moved.turning, moved.streets
    roads = np.unique(streets.road[streets.turned])
    names = sorted({str(streets.road_name[r]) or str(streets.road_class[r]) for r in roads})
    bound = turning.bound_step
    return {
        "candidates": turning.pairs.p,
        "streets": turning.turned,
        "roads": names,
        "police_points": int(police_nodes(moved).size),
        "bound_min": None if bound is None else _minutes(bound * moved.movement.step_s),
        "more": turning.more
        and {
            "streets": turning.more.streets,
            "police_points": turning.more.police_points,
            "clearance_min": _minutes(turning.more.clearance_step * moved.movement.step_s),
        },
    }


def police_nodes(moved: Moved) -> IntArray:
    """Return the nodes of the problem at both ends of every street with turned lanes."""
    if moved.turning is None:
        return np.zeros(0, dtype=np.int64)
    return police_points(moved.movement.problem, moved.turning.pairs, moved.turning.lanes)


def slowest_means(record: Record) -> PlannedMeans | None:
    """Return the means whose bound on the clearance is the latest; None where nobody goes."""
    going = {
        means: moved.movement.clearance_bound_s
        for means, moved in record.plan.items()
        if moved.movement.decision.groups.origin.size
    }
    return max(going.items(), key=lambda item: item[1])[0] if going else None


def binding_roads(moved: Moved, binding: Binding) -> list[dict[str, Any]]:
    """Return the binding roads, those that let the most through first: name, class, room before the bound."""
    streets, room = moved.streets, dict[tuple[str, str], float]()
    for a, persons in zip(binding.arc.tolist(), binding.room.tolist(), strict=True):
        edges = streets.edges_of(a)
        if edges.size:
            road = int(streets.road[edges[0]])
            key = str(streets.road_name[road]), str(streets.road_class[road])
            room[key] = room.get(key, 0.0) + persons
    most = sorted(room.items(), key=lambda item: (-item[1], item[0]))[:ROADS_NAMED]
    return [{"name": name, "road_class": kind, "units": int(units)} for (name, kind), units in most]


def _areas(moved: Moved, binding: Binding) -> list[str]:
    """Return the communities of the pocket, the one with the most people first."""
    homes = moved.homes
    row = np.unique(moved.home[binding.node])
    count: dict[str, float] = {}
    for name, persons in zip(homes.community[row], homes.persons[row], strict=True):
        count[str(name)] = count.get(str(name), 0.0) + float(persons)
    return [name for name, _ in sorted(count.items(), key=lambda item: (-item[1], item[0]))[:ROADS_NAMED]]


def _left(record: Record, cause: str) -> int:
    return sum(int(moved.movement.left_behind()[cause].sum()) for moved in record.plan.values())


def _latest(arrivals: Arrivals) -> float | None:
    return float(arrivals.at_s[-1]) if arrivals.at_s.size else None


def _person_hours(arrivals: Arrivals) -> float:
    return round(float(arrivals.at_s @ arrivals.persons) / 3600, 1)


def _minutes(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds / 60, 2)
