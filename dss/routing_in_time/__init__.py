"""Travel while roads close and open: earliest arrivals under times that change in steps.

    steps = TimeSteps(start_s, travel_time_s, close_s)       # inf closes an edge for a step
    router = TimedRouter(network, steps)
    router.earliest_arrivals(origins, targets, depart_s)
    router.nearest(origins, targets, depart_s, k=5)
    router.paths(origins, targets, depart_s)

See ``docs/models/network.md`` for the rules and ``benchmarks/travel_in_time.py`` for the figures.
"""

from dss.routing_in_time.router import NearestInTime, TimedPaths, TimedRouter
from dss.routing_in_time.steps import TimeSteps

__all__ = ["NearestInTime", "TimeSteps", "TimedPaths", "TimedRouter"]
