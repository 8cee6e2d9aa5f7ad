"""Check an evacuation from its record alone: plans, bounds, and every plan once more in the queues."""

from collections.abc import Iterator

from models import Violation, evacuation
from models.evacuation.replay import replay
from scenarios.evacuation.buses.checking import check_carried
from scenarios.evacuation.record import PLAN, Moved, Record
from scenarios.evacuation.turning import check_turning


def check_record(record: Record) -> list[Violation]:
    """Return what is wrong with an evacuation; empty when plans, bounds and counts hold.

    Notes
    -----
    Solvers are not used: `models.evacuation.check` replays every group and weighs the certificates, and the
    point queues (`models.evacuation.replay`) must bring everyone to safety by the plan's clearance.
    """
    found: list[Violation] = []
    for name in (PLAN, *record.variants):
        for means, moved in record.moved(name).items():
            where = f"{name}/{means}"
            found += [
                Violation(one.constraint, f"{where}: {one.where}", one.amount) for one in _violations(moved)
            ]
    return [*found, *check_carried(record.plan, record.carried)]


def _violations(moved: Moved) -> Iterator[Violation]:
    movement = moved.movement
    broken = evacuation.check(movement.problem, movement.plan)
    yield from broken
    if broken:
        return  # the queues and the counts rest on whole ways
    groups, decision = movement.decision.groups, movement.decision
    if groups.origin.size:
        replayed = replay(movement.problem, groups, "on_time")
        late = replayed.clearance_step - decision.clearance_step
        if late or replayed.stranded.any():
            yield Violation("replay", "clearance in the queues", float(abs(late) + replayed.stranded.sum()))
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
