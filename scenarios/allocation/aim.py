"""What a scenario asks of an allocation, as the model knows it."""

from models import shelter
from scenarios.allocation.spec import AllocationSpec


def aim_of(spec: AllocationSpec) -> shelter.Aim:
    """Return what the model is to achieve; many within a time is total time with a toll on late arrivals."""
    objective = spec.objective
    match objective.kind:
        case "longest_trip":
            return shelter.LongestTrip()
        case "share_within":
            return shelter.ShareWithin(objective.share)
        case "weighed":
            return shelter.Weighed(objective.total, objective.longest)
        case _:
            return shelter.TotalTime()
