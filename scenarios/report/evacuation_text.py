"""The sentences of the report on an evacuation."""

from collections.abc import Callable
from typing import Any, Final

Say = Callable[..., str]
Number = Callable[[float | None], str]

TILES: Final = (
    "evac_clearance_min", "evac_bound_min", "evac_95_min", "evac_safe", "evac_left",
    "evac_at_once_clearance_min",
)  # fmt: skip
ROADS_NAMED: Final = 8


def evacuation_words(
    manifest: dict[str, Any], values: dict[str, Any], say: Say, number: Number
) -> dict[str, Any]:
    """Return what the page says of the evacuation."""
    return {
        "evac_lead": lead_line(values, say, number),
        "evac_notes": note_lines(manifest, values, say, number),
        "evac_tiles": TILES,
    }


def lead_line(values: dict[str, Any], say: Say, number: Number) -> str:
    """Return what the evacuation achieves in one sentence."""
    if not values["evac_safe"]:
        return say("evac_lead_nobody", persons=number(values["evac_persons"]))
    key = "evac_lead_some" if values["evac_left"] else "evac_lead_all"
    return say(
        key,
        safe=number(values["evac_safe"]),
        left=number(values["evac_left"]),
        clearance=number(values["evac_clearance_min"]),
        bound=number(values["evac_bound_min"]),
    )


def note_lines(manifest: dict[str, Any], values: dict[str, Any], say: Say, number: Number) -> list[str]:
    """Return what sets the clearance, who stays and why, and what holds beside the plan."""
    lines = []
    pocket = manifest["evacuation"]["pocket"]
    if pocket is not None:
        lines.append(_pocket_line(pocket, say, number))
    for cause in ("cut_off", "no_place", "overtaken"):
        left = values.get(f"evac_left_{cause}")
        if left:
            lines.append(say(f"evac_stay_{cause}", persons=number(left)))
    lines += _turned_lines(manifest["evacuation"]["turned"], say, number)
    if values.get("evac_refusing"):
        lines.append(say("evac_refusing_line", persons=number(values["evac_refusing"])))
    at_once = values["evac_persons"] - values["evac_at_once_safe"] - values["evac_left"]
    if at_once > 0:
        lines.append(say("evac_at_once_lost", persons=number(at_once)))
    return lines


def _pocket_line(pocket: dict[str, Any], say: Say, number: Number) -> str:
    areas = say("list_joiner").join(pocket["areas"])
    means = say(f"evac_by_{pocket['means']}")
    given = {"persons": number(pocket["persons"]), "homes": number(pocket["homes"]), "areas": areas}
    if not pocket["roads"]:
        return say("evac_pocket_far", means=means, **given)
    roads = say("list_joiner").join(road["name"] or road["road_class"] for road in pocket["roads"])
    return say("evac_pocket", means=means, roads=roads, **given)


def _turned_lines(turned: dict[str, Any] | None, say: Say, number: Number) -> list[str]:
    if turned is None:
        return []
    if not turned["streets"]:
        return [say("evac_turned_none", candidates=number(turned["candidates"]))]
    given = {
        "streets": number(turned["streets"]),
        "roads": say("list_joiner").join(turned["roads"][:ROADS_NAMED]),
        "police": number(turned["police_points"]),
    }
    if turned["bound_min"] is None:
        return [say("evac_turned_given", **given)]
    return [say("evac_turned_line", bound=number(turned["bound_min"]), **given)]
