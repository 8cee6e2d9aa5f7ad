"""The figures of a plan, from its proof alone: the run states them, and a verification derives them again."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from models import Plan, shelter
from models.shelter import AllocationDecision
from models.shelter.aims import LongestProof, ShareProof, WeighedProof
from scenarios.allocation.check import Proof
from scenarios.allocation.facts import ACROSS, AGREED, CAUSES, split_problem

ALWAYS_SHOWN = ("no_road", "deep_water", "cut_off", "too_far", "all_full")
"""Causes that are stated even where nobody is unmet for them."""
COUNTED_ELSE_S = 1.0
"""Person-seconds by which an objective counts something beside travel."""


@dataclass(frozen=True, slots=True)
class Value:
    """A figure without its sources."""

    key: str
    value: float | int | None
    unit: str


def people_figures(proof: Proof) -> Iterator[Value]:
    """Return who must go, who has a place, and why the others have none."""
    decision, rows = decided(proof.plan), proof.allocating.rows
    yield Value("persons_affected", int(proof.problem.persons.sum()), "persons")
    yield Value("cells_affected", int(rows.cell_id.size), "cells")
    yield Value("persons_allocated", int(decision.persons.sum()), "persons")
    yield Value("persons_unmet", int(decision.unmet.sum()), "persons")
    for c, name in enumerate(CAUSES):
        unmet = int(decision.unmet[rows.cause == c].sum())
        if unmet or name in ALWAYS_SHOWN:
            yield Value(f"unmet_{name}", unmet, "persons")


def trip_figures(proof: Proof) -> Iterator[Value]:
    """Return how long people are under way, how, and across which borders."""
    persons, cost_s = decided(proof.plan).persons, proof.problem.cost_s
    walking, everyone = int(persons[proof.arc_mode == 0].sum()), int(persons.sum())
    yield from _lengths("", persons, cost_s)
    yield Value("persons_walking", walking, "persons")
    yield Value("persons_driving", everyone - walking, "persons")
    border = proof.allocating.rows.border
    if border.any():
        yield Value("persons_crossing", int(persons[border == ACROSS].sum()), "persons")
        yield Value("persons_crossing_agreed", int(persons[border == AGREED].sum()), "persons")
    late_s = proof.allocating.late_s
    if late_s is not None:
        yield Value("persons_late", int(persons[cost_s > late_s].sum()), "persons")


def quality_figures(proof: Proof) -> Iterator[Value]:
    """Return how good the plan is: its value and bound, the nearest shelters, and wholeness."""
    problem, report, decision = proof.problem, proof.plan.report, decided(proof.plan)
    travelled_s = float(problem.cost_s @ decision.persons)
    yield Value("person_hours", _hours(travelled_s), "person_hours")
    if report.objective is not None and abs(report.objective - travelled_s) > COUNTED_ELSE_S:
        yield Value("counted_hours", _hours(report.objective), "person_hours")
    yield Value("person_hours_bound", _hours(report.bound), "person_hours")
    yield Value("gap_percent", _rounded(report.gap, 100.0, 4), "percent")
    yield from _aim(decision)
    near = shelter.nearest_plan(problem)
    yield Value("nearest_person_hours", _hours(near.report.objective), "person_hours")
    yield from _lengths("nearest_", decided(near).persons, problem.cost_s)
    yield Value("nearest_persons_unmet", int(decided(near).unmet.sum()), "persons")
    if problem.whole is not None:
        yield from _wholeness(proof)
    if proof.allocating.told is not None:
        yield from _told(proof)


def _aim(decision: AllocationDecision) -> Iterator[Value]:
    match decision.aim_proof:
        case LongestProof() as proof:
            yield Value("longest_limit_min", _minutes(proof.limit_s), "min")
            yield Value("longest_bound_min", _minutes(proof.bound_s), "min")
        case ShareProof() as proof:
            yield Value("share_limit_min", _minutes(proof.limit_s), "min")
            yield Value("share_bound_min", _minutes(proof.proven_s), "min")
        case WeighedProof() as proof:
            yield Value("longest_bound_min", _minutes(proof.longest.bound_s), "min")
        case None:
            return


def _wholeness(proof: Proof) -> Iterator[Value]:
    """State what keeping communities together costs."""
    problem, split = proof.problem, proof.allocating.split
    assert problem.whole is not None
    decision = decided(proof.plan)
    # whoever reaches no shelter stands alone, and is no unit
    offered = np.bincount(problem.cell, minlength=problem.persons.size) > 0
    together, left = offered & (problem.persons > 0), offered & (decision.unmet > 0)
    yield Value("zones", int(np.unique(problem.whole[together]).size), "zones")
    yield Value("zones_unmet", int(np.unique(problem.whole[left]).size), "zones")
    if split is None:
        return
    apart = decided(split)
    yield Value("split_person_hours", _hours(float(problem.cost_s @ apart.persons)), "person_hours")
    yield from _lengths("split_", apart.persons, problem.cost_s)
    yield Value("split_persons_unmet", int(apart.unmet.sum()), "persons")
    yield Value("split_zones", split_zones(proof), "zones")
    if isinstance(proof.allocating.aim, shelter.TotalTime):
        least, most = wholeness_cost(proof)
        yield Value("wholeness_least_hours", _hours(least), "person_hours")
        yield Value("wholeness_most_hours", _hours(most), "person_hours")


def split_zones(proof: Proof) -> int:
    """Return how many communities the best splitting plan would tear apart."""
    problem, split = proof.problem, proof.allocating.split
    assert problem.whole is not None
    assert split is not None
    apart = decided(split)
    used, left = np.flatnonzero(apart.persons > 0), np.flatnonzero(apart.unmet > 0)
    zone = np.concatenate([problem.whole[problem.cell[used]], problem.whole[left]])
    place = np.concatenate([problem.site[used], np.full(left.size, problem.capacity.size)])
    pairs = np.unique(np.stack([zone, place], axis=1), axis=0)
    return int((np.unique(pairs[:, 0], return_counts=True)[1] > 1).sum())


def wholeness_cost(proof: Proof) -> tuple[float, float]:
    """Return what wholeness costs at least and at most, person-seconds, unmet persons weighed."""
    split = proof.allocating.split
    assert split is not None
    whole, apart = proof.plan.report, split.report
    values = (whole.objective, whole.bound, apart.objective, apart.bound)
    value, bound, split_value, split_bound = (float(number or 0.0) for number in values)
    weight = proof.problem.unmet_weight_s * proof.problem.weight
    more_unmet = float(weight @ (decided(proof.plan).unmet - decided(split).unmet))
    return max(bound + more_unmet - split_value, 0.0), value + more_unmet - split_bound


def _told(proof: Proof) -> Iterator[Value]:
    told, forced = proof.allocating.told, proof.allocating.forced
    assert told is not None
    kept = np.minimum(proof.problem.told_before, decided(proof.plan).persons).sum()
    yield Value("persons_told_before", told, "persons")
    yield Value("persons_told_anew", told - int(kept), "persons")
    yield Value("persons_told_forced", forced, "persons")


def plan_figures(proof: Proof) -> tuple[Value, ...]:
    """Return every figure that follows from a plan and its proof."""
    return (*people_figures(proof), *trip_figures(proof), *load_figures(proof), *quality_figures(proof))


def load_figures(proof: Proof) -> Iterator[Value]:
    """Return how full the shelters are."""
    load, capacity = loads(proof), proof.problem.capacity
    yield Value("shelters_full", int(((load >= capacity) & (capacity > 0)).sum()), "shelters")
    yield Value("places_open", int(capacity.sum()), "persons")


def loads(proof: Proof) -> IntArray:
    """Return the persons in each shelter, shape (m,)."""
    persons, m = decided(proof.plan).persons, proof.problem.capacity.size
    return np.bincount(proof.problem.site, weights=persons, minlength=m).astype(np.int64)


def group_rows(proof: Proof) -> list[dict[str, Any]]:
    """Return persons, unmet and trips of each group, everyone else first."""
    rows, problem = proof.allocating.rows, proof.problem
    if not rows.group_keys:
        return []
    near = decided(shelter.nearest_plan(problem))
    return [_group_row(key, rows.group == g, proof, near) for g, key in enumerate(("rest", *rows.group_keys))]


def _group_row(key: str, member: BoolArray, proof: Proof, near: AllocationDecision) -> dict[str, Any]:
    persons, decision = proof.problem.persons, decided(proof.plan)
    sent = np.where(member[proof.problem.cell], decision.persons, 0)
    lengths = {value.key: value.value for value in _lengths("", sent, proof.problem.cost_s)}
    return {
        "key": key,
        "persons": int(persons[member].sum()),
        "unmet": int(decision.unmet[member].sum()),
        "nearest_unmet": int(near.unmet[member].sum()),
        "walking": int(sent[proof.arc_mode == 0].sum()),
        **lengths,
    }


def split_objective(proof: Proof) -> list[Any]:
    """Return what is wrong with the plan that communities kept whole are compared with."""
    split = proof.allocating.split
    if split is None:
        return []
    return shelter.check(split_problem(proof.problem), split, objective=proof.allocating.aim)


def decided(plan: Plan[AllocationDecision]) -> AllocationDecision:
    """Return the decision of a plan that has one."""
    assert plan.decision is not None
    return plan.decision


def _lengths(prefix: str, persons: IntArray, cost_s: FloatArray) -> Iterator[Value]:
    yield Value(f"{prefix}trip_mean_min", _minutes(_mean(cost_s, persons)), "min")
    yield Value(f"{prefix}trip_p95_min", _minutes(percentile(cost_s, persons, 0.95)), "min")
    yield Value(f"{prefix}trip_longest_min", _minutes(percentile(cost_s, persons, 1.0)), "min")


def _mean(cost_s: FloatArray, persons: IntArray) -> float | None:
    total = int(persons.sum())
    return float(cost_s @ persons) / total if total else None


def percentile(cost_s: FloatArray, persons: IntArray, share: float) -> float | None:
    """Return the time within which this share of the persons arrive; None where nobody travels."""
    used = np.flatnonzero(persons > 0)
    if used.size == 0:
        return None
    order = used[np.argsort(cost_s[used], kind="stable")]
    arrived = np.cumsum(persons[order])
    return float(cost_s[order[np.searchsorted(arrived, share * arrived[-1])]])


def _rounded(value: float | None, factor: float, digits: int) -> float | None:
    return None if value is None else round(value * factor, digits)


def _minutes(value_s: float | None) -> float | None:
    return _rounded(value_s, 1 / 60, 1)


def _hours(value_s: float | None) -> float | None:
    return _rounded(value_s, 1 / 3600, 1)
