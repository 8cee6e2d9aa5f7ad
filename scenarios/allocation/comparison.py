"""A plan beside everyone going to the nearest shelter, and beside the plan that splits communities."""

from typing import Any, Final

from scenarios.allocation.check import Proof
from scenarios.allocation.plan_figures import plan_figures

COMPARED: Final = ("persons_unmet", "person_hours", "trip_mean_min", "trip_p95_min", "trip_longest_min")


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
