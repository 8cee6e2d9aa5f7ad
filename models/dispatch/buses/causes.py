"""Why a bus evacuation has no plan: what can be seen without searching."""

from collections.abc import Iterator

import numpy as np

from models.dispatch.buses.problem import BusEvacuation
from models.dispatch.buses.reach import soonest_s
from models.plan import Violation


def causes(problem: BusEvacuation) -> list[Violation]:
    """Return constraints that no plan can keep, with where and by how much; empty if none is obvious.

    Found are: no bus at all; points that no bus or no shelter can be reached from; places that are too few
    for everyone. That places in reach of some points are too few needs a flow; the plan then ends INFEASIBLE
    though this list is empty.
    """
    return [*_buses(problem), *_reach(problem), *_places(problem)]


def _buses(problem: BusEvacuation) -> Iterator[Violation]:
    if problem.demand.sum() > 0 and problem.buses_at_depot.sum() == 0:
        yield Violation("(1)", "there is no bus", float(problem.demand.sum()))


def _reach(problem: BusEvacuation) -> Iterator[Violation]:
    """Yield points with people that no shelter with places, or no bus at all, gets to."""
    onward = np.isfinite(problem.pickup_to_shelter_s) & (problem.shelter_capacity > 0)
    cut_off = ~onward.any(axis=1)
    if problem.buses_at_depot.any():
        cut_off |= ~np.isfinite(soonest_s(problem))
    for p in np.flatnonzero(cut_off & (problem.demand > 0)):
        yield Violation("(1)", f"pick-up point {p} has no way", float(problem.demand[p]))


def _places(problem: BusEvacuation) -> Iterator[Violation]:
    short = problem.demand.sum() - problem.shelter_capacity.sum()
    if short > 0:
        yield Violation("(3)", "all shelters together", float(short))
