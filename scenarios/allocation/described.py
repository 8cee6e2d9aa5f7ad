"""What a manifest says of an allocation: what was asked, what was found, beside the nearest shelters."""

from typing import Any

from scenarios.allocation.check import Proof
from scenarios.allocation.comparison import compare
from scenarios.allocation.plan_figures import group_rows
from scenarios.allocation.spec import AllocationSpec
from scenarios.journeys.journeys import Journeys


def describe_allocation(spec: AllocationSpec, journeys: Journeys, proof: Proof) -> dict[str, Any]:
    """Return aim, groups, units kept whole, and the plan beside those it is compared with."""
    groups = group_rows(proof)
    for row, group in zip(groups[1:], spec.groups, strict=True):
        row["title"] = group.title.model_dump() if group.title else None
    for row, known in zip(groups[1:], journeys.people.counted, strict=True):
        row["counted"] = known
    return {
        "objective": spec.objective.model_dump(),
        "whole": spec.whole if isinstance(spec.whole, str) else spec.whole.layer,
        "straddling": journeys.zones.straddling if journeys.zones is not None else 0,
        "border_s": spec.districts.border_s if spec.districts else None,
        "closed_borders": spec.districts is not None and spec.districts.border_s is None,
        "agreements": [list(pair) for pair in spec.districts.agreements] if spec.districts else [],
        "stability_s": spec.previous.stability_s if spec.previous else None,
        "previous": spec.previous.run if spec.previous else None,
        "comparison": compare(proof),
        "groups": groups,
    }
