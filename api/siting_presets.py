"""Presets of siting as answers show them."""

from typing import Any

from dss.standards import StandardsReader
from scenarios.siting.preset import find_preset


def preset_title(name: str) -> dict[str, str]:
    """Return the title of a preset.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    return find_preset(name).profile.title.model_dump()


def preset_card(name: str) -> dict[str, Any]:
    """Return a preset with its limit and the clause behind it."""
    preset, standards = find_preset(name), StandardsReader()
    profile, limit = preset.profile, preset.limit(standards)
    clause = standards.value(profile.limit.standard)
    return {
        "name": name,
        "title": profile.title.model_dump(),
        "demand": profile.demand,
        "measure": profile.measure,
        "unit": "m" if profile.measure.endswith("_m") else "s",
        "limit": limit,
        "limit_status": clause.status,
        "limit_source": clause.source,
        "model": profile.model,
        "rules": [
            {"name": rule.name, "kind": rule.kind, "standard": rule.standard} for rule in profile.rules
        ],
    }
