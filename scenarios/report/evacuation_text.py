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
MORE: Final = {"police": "police_points", "streets": "streets", "clearance": "clearance_min"}


def evacuation_words(
    manifest: dict[str, Any], values: dict[str, Any], say: Say, number: Number
) -> dict[str, Any]:
    """Return what the page says of the evacuation."""
    return {
        "evac_lead": lead_line(values, say, number),
        "evac_notes": note_lines(manifest, values, say, number),
        "evac_tiles": TILES,
        "evac_carried": carried_lines(manifest, values, say, number),
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
    evacuation = manifest["evacuation"]
    lines += _turned_lines(evacuation, say, number)
    lines += _route_lines(evacuation["means"], say, number)
    if values["evac_safe"]:
        lines.append(
            say("evac_queues", **{key: number(value) for key, value in evacuation["queues"].items()})
        )
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


def _turned_lines(evacuation: dict[str, Any], say: Say, number: Number) -> list[str]:
    turned = evacuation["turned"]
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
    lines = [say("evac_turned_line", bound=number(turned["bound_min"]), **given)]
    if turned["more"]:
        more = turned["more"]
        row = next(row for row in evacuation["means"] if row["key"] == "car")
        own = row["routes"].get("clearance_freely_min", row["clearance_min"])
        given = {key: number(more[name]) for key, name in MORE.items()}
        lines.append(say("evac_turned_more", own=number(own), **given))
    return lines


def _route_lines(means: list[dict[str, Any]], say: Say, number: Number) -> list[str]:
    """Return how many routes people are told, and what that costs."""
    lines = []
    for row in means:
        routes = row["routes"]
        if "routes_freely" in routes and routes["routes_freely"] > routes["routes"]:
            given = {
                "homes": routes["homes"], "routes": routes["routes"], "freely": routes["routes_freely"],
                "clearance": routes["clearance_freely_min"], "now": row["clearance_min"],
                "total": routes["total_freely_unit_hours"], "total_now": row["total_unit_hours"],
            }  # fmt: skip
            told = {key: number(value) for key, value in given.items()}
            lines.append(say("evac_routes_told", means=say(f"evac_by_{row['key']}"), **told))
    return lines


def carried_lines(manifest: dict[str, Any], values: dict[str, Any], say: Say, number: Number) -> list[str]:
    """Return what holds for the vehicles that fetch people, and whom they leave."""
    rows, lines = manifest["evacuation"]["carried"], []
    if rows:
        lines.append(say("evac_carried_note", stop=number(rows[0]["stop_s"] / 60)))
    for row in rows:
        for key in ("out", "no_way", "no_place"):
            left = row["out_of_reach" if key == "out" else key]
            if left:
                means = say(f"evac_by_{row['key']}")
                lines.append(say(f"evac_carried_{key}", means=means, persons=number(left)))
    if values.get("evac_patients"):
        lines.append(say("evac_special_beds", beds=number(values["evac_patients"])))
    return lines
