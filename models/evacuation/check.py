"""Check a plan without the solver: replay every group, count who enters which arc, weigh the certificate.

Nothing is shared with the search but the problem and the formula of the cut.
"""

import numpy as np

from models.evacuation.cut import earliest_clearance, least_total_arrival, proven_most
from models.evacuation.problem import Evacuation, EvacuationDecision, Groups
from models.plan import Plan, Violation


def check(problem: Evacuation, plan: Plan[EvacuationDecision]) -> list[Violation]:
    """Return the constraints that a plan breaks; empty when it keeps all of them and its figures are true."""
    decision = plan.decision
    if decision is None:
        return []
    broken = check_ways(problem, decision)
    if any(violation.constraint in ("(1)", "(3)") for violation in broken):
        return broken  # the figures count on whole ways
    return [*broken, *_wrong_figures(problem, plan, decision)]


def check_ways(problem: Evacuation, decision: EvacuationDecision) -> list[Violation]:
    """Return the constraints (1) to (6) that the groups of a plan break, whatever it says of its figures."""
    groups = decision.groups
    broken = _broken_ways(problem, groups)
    if broken:
        return broken  # what follows counts on whole ways
    return [
        *_closed_ways(problem, groups),
        *_crowded_arcs(problem, groups),
        *_crowded_shelters(problem, groups),
        *_lost_persons(problem, decision),
    ]


def _broken_ways(problem: Evacuation, groups: Groups) -> list[Violation]:
    """Find groups whose way is no way: (1) and (3)."""
    offsets, arc = groups.offsets, groups.arc
    sizes = (groups.origin.size, groups.persons.size, offsets.size - 1, int((np.diff(offsets) > 0).sum()))
    if (
        len(set(sizes)) > 1
        or offsets[0] != 0
        or offsets[-1] != arc.size
        or arc.size != groups.enter_step.size
    ):
        return [Violation("(1)", "groups and their arcs differ in length", 1.0)]
    if arc.size == 0:
        return []
    if arc.min() < 0 or arc.max() >= problem.tail.size or (groups.persons <= 0).any():
        return [Violation("(1)", "an arc that is none, or a group of nobody", 1.0)]
    tail, head = problem.tail[arc], problem.head[arc]
    begins = np.zeros(arc.size, dtype=np.bool_)
    begins[offsets[:-1]] = True
    arrived = np.roll(groups.enter_step + problem.travel_steps[arc], 1)
    wrong = [
        ("(1)", "sets out elsewhere", begins & (tail != np.repeat(groups.origin, np.diff(offsets)))),
        ("(1)", "enters an arc where it is not", ~begins & (tail != np.roll(head, 1))),
        ("(1)", "enters an arc before it is there", groups.enter_step < np.where(begins, 0, arrived)),
        ("(3)", "goes on from a shelter", problem.shelter_capacity[tail] > 0),
        ("(1)", "ends outside a shelter", np.roll(begins, -1) & (problem.shelter_capacity[head] == 0)),
    ]
    return [
        Violation(number, f"group {int(np.searchsorted(offsets, row, side='right')) - 1} {what}", 1.0)
        for number, what, bad in wrong
        for row in np.flatnonzero(bad)[:1]
    ]


def _closed_ways(problem: Evacuation, groups: Groups) -> list[Violation]:
    """Find arcs that somebody enters before they open, or when they or their ends are closed: (6)."""
    if not problem.has_windows:
        return []
    opening, closing = problem.entry_window()
    arc, step = groups.arc, groups.enter_step
    off = np.maximum(0, opening[arc] - step) + np.maximum(0, step - closing[arc] + 1)
    return [
        Violation("(6)", f"arc {arc[row]} at step {step[row]}", float(off[row]))
        for row in np.flatnonzero(off)
    ]


def _crowded_arcs(problem: Evacuation, groups: Groups) -> list[Violation]:
    """Find arcs that more enter in a step than may: (2)."""
    span = int(groups.enter_step.max(initial=0)) + 1
    slot, which = np.unique(groups.arc * span + groups.enter_step, return_inverse=True)
    entering = np.bincount(which.ravel(), weights=np.repeat(groups.persons, np.diff(groups.offsets)))
    over = entering - problem.capacity[slot // span]
    return [
        Violation("(2)", f"arc {slot[x] // span} at step {slot[x] % span}", float(over[x]))
        for x in np.flatnonzero(over > 0)
    ]


def _crowded_shelters(problem: Evacuation, groups: Groups) -> list[Violation]:
    """Find shelters with more people than places: (4)."""
    goal = problem.head[groups.arc[groups.offsets[1:] - 1]]
    inside = np.bincount(goal, weights=groups.persons, minlength=problem.supply.size)
    over = inside - problem.shelter_capacity
    return [Violation("(4)", f"shelter {v}", float(over[v])) for v in np.flatnonzero(over > 0)]


def _lost_persons(problem: Evacuation, decision: EvacuationDecision) -> list[Violation]:
    """Find nodes whose people are not all accounted for: (5)."""
    groups = decision.groups
    gone = np.bincount(groups.origin, weights=groups.persons, minlength=problem.supply.size)
    off = np.abs(gone + decision.staying - problem.supply)
    for few in (decision.cut_off, decision.no_place, decision.overtaken):
        off += np.maximum(0, -few)
    return [Violation("(5)", f"node {v}", float(off[v])) for v in np.flatnonzero(off)]


def _wrong_figures(
    problem: Evacuation, plan: Plan[EvacuationDecision], decision: EvacuationDecision
) -> list[Violation]:
    """Find stated figures that the groups or the certificate do not bear out."""
    arrival = decision.groups.arrival_step(problem.travel_steps)
    persons = decision.groups.persons
    clearance, total = int(arrival.max(initial=0)), int(arrival @ persons)
    proven = earliest_clearance(problem, problem.supply - decision.staying, decision.certificate)
    bound = plan.report.bound
    pairs: list[tuple[str, float]] = [
        ("clearance_step", decision.clearance_step - clearance),
        ("total_arrival_steps", decision.total_arrival_steps - total),
    ]
    if decision.objective == "clearance" and bound is not None:
        pairs.append(("bound", max(0.0, bound - proven)))
    if decision.objective == "total_arrival" and bound is not None and decision.arrival_proof is not None:
        leaving = problem.supply - decision.staying
        least = least_total_arrival(problem, leaving, decision.arrival_proof)
        pairs.append(("bound", max(0.0, bound - least)))
    pairs += _unproven_persons(problem, decision, bound)
    return [Violation("figures", name, float(abs(off))) for name, off in pairs if off]


def _unproven_persons(
    problem: Evacuation, decision: EvacuationDecision, bound: float | None
) -> list[tuple[str, float]]:
    """Return by how much the thresholds fail to prove that no more can be safe, and who comes too late."""
    deadline = decision.deadline_step
    late = 0 if deadline is None else max(0, decision.clearance_step - deadline)
    proof = decision.persons_certificate
    if proof is None:
        return [("deadline_step", late), ("overtaken", float(decision.overtaken.sum()))]
    gone = int(decision.groups.persons.sum())
    claimed = gone if decision.objective != "most_safe" or bound is None else bound
    most = proven_most(problem, proof, deadline)
    return [("deadline_step", late), ("overtaken", max(0.0, most - claimed))]
