"""What departments owe: layers whose renewal is due, and layers that never came."""

from datetime import date
from typing import Any

from dss.onemap import OneMap
from dss.onemap.owed import owed_layers


def owed_by_department(onemap: OneMap, today: date) -> list[dict[str, Any]]:
    """Return one entry a department that owes anything, those with most overdue first."""
    found: dict[str, dict[str, Any]] = {}

    def of(owner: Any) -> dict[str, Any]:
        empty = {"owner": owner.model_dump(), "overdue": [], "not_delivered": []}
        return found.setdefault(owner.zh, empty)

    for layer in sorted(onemap.layers, key=lambda one: -one.overdue_days(today)):
        if layer.overdue_days(today):
            of(layer.owner)["overdue"].append(_entry(layer, layer.date, layer.overdue_days(today)))
    for owed in owed_layers(onemap):
        of(owed.owner)["not_delivered"].append(_entry(owed, None, None))
    return sorted(found.values(), key=lambda one: (-len(one["overdue"]), -len(one["not_delivered"])))


def _entry(layer: Any, day: date | None, overdue_days: int | None) -> dict[str, Any]:
    return {
        "key": layer.key,
        "title": layer.title.model_dump(),
        "date": day.isoformat() if day else None,
        "overdue_days": overdue_days,
        "cycle_days": layer.cycle_days,
        "sensitivity": layer.sensitivity,
    }
