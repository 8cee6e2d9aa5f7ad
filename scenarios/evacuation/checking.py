"""Check an evacuation from its record alone: plans, bounds, and every plan once more in the queues."""

from collections.abc import Iterator

from models import Violation, evacuation
from models.evacuation.replay import replay
from scenarios.evacuation.buses.checking import check_carried
from scenarios.evacuation.record import PLAN, Moved, Record
from scenarios.evacuation.turned import check_turning


def check_record(record: Record) -> list[Violation]:
    """Return what is wrong with an evacuation; empty when plans, bounds and counts hold.

    Notes
    -----
    Solvers are not used: `models.evacuation.check` replays every group and weighs the certificates. The plan
    itself is sent through the point queues too (`models.evacuation.replay`), which must bring everyone to
    safety by its clearance.
    """
    found: list[Violation] = []
    for name, parts in {PLAN: record.plan, **record.variants}.items():
        for means, moved in parts.items():
            broken = list(_violations(moved))
            if name == PLAN and not broken:
                broken = list(_late(moved))
            found += [Violation(one.constraint, f"{name}/{means}: {one.where}", one.amount) for one in broken]
    return [*found, *check_carried(record.plan, record.carried)]


def _violations(moved: Moved) -> Iterator[Violation]:
    movement = moved.movement
    broken = evacuation.check(movement.problem, movement.plan)
    yield from broken
    if broken:
        return  # the queues and the counts rest on whole ways
    decision = movement.decision
    proof, bound = movement.arrival_proof, movement.total_bound_steps
    if proof is not None and bound is not None:
        leaving = movement.problem.supply - decision.staying
        least = evacuation.least_total_arrival(movement.problem, leaving, proof)
        if bound > least + 1e-6:
            yield Violation("figures", "bound on the total arrival", bound - least)
    if moved.turning is not None:
        yield from check_turning(movement, moved.turning)
    left = sum(int(persons.sum()) for persons in movement.left_behind().values())
    off = int(movement.persons.sum()) - left - int(movement.group_persons.sum())
    if off:
        yield Violation("persons", "those who go and those who stay", float(abs(off)))
    if ((movement.problem.supply > 0) != (movement.persons > 0)).any():
        yield Violation("persons", "homes with people and without", 1.0)


def _late(moved: Moved) -> Iterator[Violation]:
    """Find people who are later in the queues than in the plan."""
    movement, groups = moved.movement, moved.movement.decision.groups
    if groups.origin.size:
        replayed = replay(movement.problem, groups, "on_time")
        late = replayed.clearance_step - movement.decision.clearance_step
        if late or replayed.stranded.any():
            yield Violation("replay", "clearance in the queues", float(abs(late) + replayed.stranded.sum()))
