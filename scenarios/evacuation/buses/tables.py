"""The figures and the table of vehicles that fetch people, stated by a run and derived by a check."""

from collections.abc import Iterator, Mapping
from typing import Any

from scenarios.allocation.plan_figures import Value
from scenarios.evacuation.buses.carried import Carried, CarriedMeans


def carried_figures(carried: Mapping[CarriedMeans, Carried]) -> Iterator[Value]:
    """Return who is brought by when, of how many, with what is proven."""
    for means, one in carried.items():
        yield Value(f"evac_{means}_safe", one.safe, "persons")
        yield Value(f"evac_{means}_left", one.persons - one.safe, "persons")
        yield Value(f"evac_{means}_vehicles", int(one.problem.buses_at_depot.sum()), "count")
        yield Value(f"evac_{means}_trips", int(one.decision.bus.size), "trips")
        if one.safe:
            yield Value(f"evac_{means}_last_min", round(one.decision.last_arrival_s / 60, 2), "min")
            yield Value(f"evac_{means}_bound_min", round(one.bound_s / 60, 2), "min")


def carried_row(means: CarriedMeans, one: Carried) -> dict[str, Any]:
    """Return what is done by vehicles of a kind, and why people stay."""
    arrivals, decision = one.arrivals(), one.decision
    half_s = arrivals.share_s(0.5)
    return {
        "key": means,
        "persons": one.persons,
        "safe": one.safe,
        "out_of_reach": one.out_of_reach,
        "no_way": int(one.no_way.sum()),
        "no_place": int(one.no_place.sum()),
        "vehicles": int(one.problem.buses_at_depot.sum()),
        "driving": len(set(decision.bus.tolist())),
        "seats": one.problem.bus_capacity,
        "trips": int(decision.bus.size),
        "points": int((one.problem.demand > 0).sum()),
        "depots": int((one.problem.buses_at_depot > 0).sum()),
        "source": one.service.source,
        "stop_s": one.service.stop_s,
        "half_min": None if half_s is None else round(half_s / 60, 2),
        "last_min": round(decision.last_arrival_s / 60, 2) if one.safe else None,
        "bound_min": round(one.bound_s / 60, 2) if one.safe else None,
    }
