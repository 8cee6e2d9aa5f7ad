"""What a decision reaches and what its certificates prove, derived from the problem without a solver."""

import numpy as np

from dss.arrays import FloatArray
from models.shelter.aims import Aim, LongestProof, LongestTrip, ShareProof, ShareWithin, Weighed, WeighedProof
from models.shelter.aims.counting import allowed_late, longest_trip_s, longest_weight, with_toll
from models.shelter.bound import dual_bound, whole_bound
from models.shelter.problem import Allocation, AllocationDecision, travel_value, unmet_value
from models.shelter.whole.zones import gather_zones


def value_reached(problem: Allocation, decision: AllocationDecision, objective: Aim) -> float:
    """Return the value of a decision without its unmet persons, in (weighed) person-seconds."""
    travel = travel_value(problem, decision.persons)
    if isinstance(objective, Weighed):
        longest_s = longest_trip_s(problem, decision)
        return objective.total * travel + longest_weight(problem, objective) * longest_s
    return travel


def value_proven(problem: Allocation, decision: AllocationDecision, objective: Aim) -> float | None:
    """Return the bound that the certificates prove on the value, at the decision's unmet persons.

    None where a certificate is missing.
    """
    if decision.prices is None or decision.prices.shape != problem.capacity.shape:
        return None
    proof = decision.aim_proof
    unmet = unmet_value(problem, decision.unmet)
    if isinstance(objective, Weighed):
        return _weighed(problem, proof, objective, unmet) if isinstance(proof, WeighedProof) else None
    if isinstance(objective, LongestTrip):
        if not isinstance(proof, LongestProof):
            return None
        problem = problem.restricted(problem.cost_s <= proof.limit_s)
    if isinstance(objective, ShareWithin):
        if not isinstance(proof, ShareProof):
            return None
        return _share(problem, decision, proof, objective) - unmet
    return total_proven(problem, decision.prices, decision.multipliers) - unmet


def total_proven(problem: Allocation, prices: FloatArray, multipliers: FloatArray | None) -> float:
    """Return the bound on the total, unmet ones included, that prices and multipliers prove."""
    if problem.whole is None:
        return dual_bound(problem, prices)
    zones = gather_zones(problem)
    bound = dual_bound(zones.problem, prices)
    if multipliers is None or multipliers.shape != zones.problem.persons.shape:
        return bound
    return max(bound, whole_bound(zones, multipliers))


def _share(
    problem: Allocation, decision: AllocationDecision, proof: ShareProof, objective: ShareWithin
) -> float:
    """Return the bound with a toll on late trips, of which no more than the share allows are made."""
    assert decision.prices is not None
    toll_s = max(proof.toll_s, 0.0)
    tolled = with_toll(problem, problem.cost_s > proof.limit_s, toll_s)
    placed = int(problem.persons.sum() - decision.unmet.sum())
    bound = total_proven(tolled, decision.prices, decision.multipliers)
    return bound - toll_s * allowed_late(objective, placed)


def _weighed(problem: Allocation, proof: WeighedProof, objective: Weighed, unmet: float) -> float | None:
    """Return the least bound of the steps; the last one must allow every arc."""
    times = np.unique(problem.cost_s)
    if not proof.steps or proof.steps[-1].limit_s < times.max(initial=0.0):
        return None
    weight, from_s = longest_weight(problem, objective), proof.longest.bound_s
    bound = np.inf
    for step in proof.steps:
        part = problem.restricted(problem.cost_s <= step.limit_s)
        bound = min(
            bound, objective.total * total_proven(part, step.prices, step.multipliers) + weight * from_s
        )
        longer = times[times > step.limit_s]
        from_s = max(from_s, float(longer[0])) if longer.size else from_s
    return float(bound - objective.total * unmet)
