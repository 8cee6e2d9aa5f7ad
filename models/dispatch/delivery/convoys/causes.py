"""Why a line cannot be brought where vehicles drive together."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from dss.arrays import BoolArray
from models.dispatch.delivery.causes import causes as causes_of_delivery
from models.dispatch.delivery.convoys.merging import Convoys, can_leave, has_convoys, merge
from models.dispatch.delivery.problem import Delivery
from models.plan import Violation


def causes(problem: Delivery) -> list[Violation]:
    """Return why lines, or units of a commodity, must stay short, with how many: the first cause of each.

    A unit must fit into one vehicle, a line that must not be split into one convoy.
    """
    if not has_convoys(problem.fleet) or not (problem.fleet.weight_kg > 0).any():
        return causes_of_delivery(problem)
    demand = problem.demand
    convoys = merge(problem)
    loadable: BoolArray = np.asarray(can_leave(problem).any(axis=0))
    too_large = ~loadable[demand.commodity] & (demand.amount > 0)
    rest = replace(demand, amount=np.where(too_large, 0, demand.amount))
    together = replace(convoys.merged, stock=problem.stock, demand=rest)
    return [
        *(
            Violation("(4)", f"line {q} is larger than any vehicle", float(demand.amount[q]))
            for q in np.flatnonzero(too_large)
        ),
        *_for_vehicles(convoys, causes_of_delivery(together)),
    ]


def _for_vehicles(convoys: Convoys, found: list[Violation]) -> Iterator[Violation]:
    """Yield what is found of convoys for each of their vehicles."""
    for violation in found:
        what, number, reason = [*violation.where.split(" ", 2), "", ""][:3]
        members = convoys.members[int(number)].tolist() if what == "vehicle" else []
        if not members:
            yield violation
        yield from (replace(violation, where=f"vehicle {v} {reason}") for v in members)
