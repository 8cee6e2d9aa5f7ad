"""Check an allocation without the solver: everything is derived again from the problem and the plan."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from models.plan import Plan, SolveReport, Violation
from models.shelter import aims
from models.shelter.aims import Aim, LongestProof, ShareProof, ShareWithin, WeighedProof
from models.shelter.aims.counting import allowed_late, counting_late, longest_trip_s
from models.shelter.bound import dual_bound, shortage
from models.shelter.problem import Allocation, AllocationDecision
from models.shelter.proof import value_proven, value_reached
from models.shelter.whole.contiguity import broken_areas
from models.shelter.whole.zones import gather_zones

# Person-seconds per person that sums of floats may differ by.
TOLERANCE_S: Final = 1e-6
TOLERANCE_SHARE: Final = 1e-9
TOTAL_TIME: Final = aims.TotalTime()


def check(
    problem: Allocation, plan: Plan[AllocationDecision], *, objective: Aim = TOTAL_TIME
) -> list[Violation]:
    """Return every constraint that the plan breaks; an empty list when it keeps them all.

    Checked are constraints (1)-(5), the objective, that the certificates prove the bound, and what proves the
    longest trip or the share. A report without a bound claims none, as that of the nearest shelters.
    """
    decision = plan.decision
    if decision is None:
        return []
    if decision.persons.shape != problem.cell.shape or decision.unmet.shape != problem.persons.shape:
        return [Violation("shape", "decision", 1.0)]
    broken = [*_constraints(problem, decision), *_zones(problem, decision)]
    broken += _report(problem, decision, plan.report, objective)
    if plan.report.bound is not None:
        broken += _aim(problem, decision, objective)
    return broken


def _constraints(problem: Allocation, decision: AllocationDecision) -> Iterator[Violation]:
    sent = np.bincount(problem.cell, weights=decision.persons, minlength=problem.persons.size)
    missing = problem.persons - sent - decision.unmet
    for i in np.flatnonzero(missing):
        yield Violation("(1) persons", f"cell {i}", float(missing[i]))
    load = np.bincount(problem.site, weights=decision.persons, minlength=problem.capacity.size)
    for j in np.flatnonzero(load > problem.capacity):
        yield Violation("(2) capacity", f"site {j}", float(load[j] - problem.capacity[j]))
    for name, values in (("persons", decision.persons), ("unmet", decision.unmet)):
        for k in np.flatnonzero((values < 0) | (values != np.floor(values))):
            yield Violation("(3) whole", f"{name} {k}", float(values[k]))


def _zones(problem: Allocation, decision: AllocationDecision) -> Iterator[Violation]:
    if problem.whole is None:
        return
    used = np.flatnonzero(decision.persons > 0)
    left = np.flatnonzero(decision.unmet > 0)
    # every place that a zone uses, the last number standing for being unmet
    zone = np.concatenate([problem.whole[problem.cell[used]], problem.whole[left]])
    place = np.concatenate([problem.site[used], np.full(left.size, problem.capacity.size)])
    pairs = np.unique(np.stack([zone, place], axis=1), axis=0)
    numbers, places = np.unique(pairs[:, 0], return_counts=True)
    for z in np.flatnonzero(places > 1):
        yield Violation("(4) together", f"zone {numbers[z]}", float(places[z]))
    for j, parts in broken_areas(problem, decision):
        yield Violation("(5) connected", f"site {j}", float(parts - 1))


def _report(
    problem: Allocation, decision: AllocationDecision, report: SolveReport, objective: Aim
) -> Iterator[Violation]:
    if report.objective is None:
        yield Violation("objective", "report", float("nan"))
        return
    value = value_reached(problem, decision, objective)
    persons = max(float(problem.persons.sum()), 1.0)
    tolerance_s = TOLERANCE_S * persons + TOLERANCE_SHARE * abs(value)
    if not abs(value - report.objective) <= tolerance_s:
        yield Violation("objective", "report", report.objective - value)
    if report.bound is None:
        return
    proven = value_proven(problem, decision, objective)
    if proven is None:
        yield Violation("bound", "certificates", report.bound)
    elif not report.bound <= min(proven, value) + tolerance_s:
        yield Violation("bound", "report", report.bound - proven)


def _aim(problem: Allocation, decision: AllocationDecision, objective: Aim) -> Iterator[Violation]:
    proof = decision.aim_proof
    match objective, proof:
        case aims.TotalTime(), _:
            return
        case aims.LongestTrip(), LongestProof():
            if proof.limit_s != longest_trip_s(problem, decision):
                yield Violation("longest trip", "limit", proof.limit_s - longest_trip_s(problem, decision))
            yield from _longest(problem, decision, proof)
        case ShareWithin(), ShareProof():
            yield from _share(problem, decision, objective, proof)
        case aims.Weighed(), WeighedProof():
            yield from _longest(problem, decision, proof.longest)
        case _:
            yield Violation("aim", "certificate", 1.0)


def _longest(problem: Allocation, decision: AllocationDecision, proof: LongestProof) -> Iterator[Violation]:
    """With arcs shorter than the bound, more would stay unmet than do: Hall's condition fails there."""
    if proof.bound_s == 0:
        return
    trips, trip_s = problem, problem.cost_s
    if problem.whole is not None:
        zones = gather_zones(problem)
        trips, trip_s = zones.problem, zones.trip_s
    if proof.cells.size and not 0 <= proof.cells.min() <= proof.cells.max() < trips.persons.size:
        yield Violation("longest trip", "cells", float(proof.cells.max()))
        return
    short = shortage(trips, proof.cells, trip_s < proof.bound_s)
    if not (short > int(decision.unmet.sum()) and proof.bound_s <= proof.limit_s):
        yield Violation("longest trip", "bound", float(decision.unmet.sum() - short))


def _share(
    problem: Allocation, decision: AllocationDecision, objective: ShareWithin, proof: ShareProof
) -> Iterator[Violation]:
    """Few enough arrive late, and with any shorter time too many would."""
    placed = int(problem.persons.sum() - decision.unmet.sum())
    allowed = allowed_late(objective, placed)
    late = int(decision.persons[problem.cost_s > proof.limit_s].sum())
    if late > allowed:
        yield Violation("share", "late", float(late - allowed))
    if proof.proven_s == 0:
        return
    if not proof.proven_s <= proof.limit_s:
        yield Violation("share", "limit", proof.proven_s - proof.limit_s)
    if proof.prices.shape != problem.capacity.shape:
        yield Violation("share", "prices", float(proof.prices.size))
        return
    counting = counting_late(problem, problem.cost_s >= proof.proven_s)
    fewest = dual_bound(counting, proof.prices) - counting.unmet_weight_s * float(decision.unmet.sum())
    if not fewest > allowed + 1e-6:
        yield Violation("share", "bound", fewest - allowed)
