"""What a manifest says of an allocation: what was asked, what was found, beside the nearest shelters."""

from typing import Any, Final

from scenarios.allocation.check import Proof
from scenarios.allocation.plan_figures import group_rows, plan_figures
from scenarios.allocation.spec import AllocationSpec
from scenarios.journeys.journeys import Journeys

COMPARED: Final = ("persons_unmet", "person_hours", "trip_mean_min", "trip_p95_min", "trip_longest_min")


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


def compare(proof: Proof) -> list[dict[str, Any]]:
    """Return each measure of the plan, of everyone going to the nearest shelter, and of splitting units."""
    values = {value.key: value for value in plan_figures(proof)}
    rows = []
    for key in COMPARED:
        row: dict[str, Any] = {"key": key, "unit": values[key].unit}
        for name, prefix in (("plan", ""), ("nearest", "nearest_"), ("split", "split_")):
            found = values.get(f"{prefix}{key}")
            if found is not None:
                row[name] = found.value
        rows.append(row)
    return rows
