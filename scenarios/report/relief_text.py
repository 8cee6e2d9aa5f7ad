"""The sentences of the report on a relief."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from scenarios.relief.orders.wording import write_moment

Say = Callable[..., str]
Number = Callable[[float | None], str]

TILES: Final = (
    "relief_need_t", "relief_brought_t", "relief_short_stock_t", "relief_short_vehicles_t", "relief_trips",
    "relief_driving_h",
)  # fmt: skip
CAUSES: Final = (
    "depot_lost", "depot_closed", "stop_closed", "stop_cut_off", "vehicle_stuck", "vehicle_late",
    "vehicle_small", "goods_no_vehicle", "goods_too_large", "goods_no_way", "goods_too_late",
    "goods_no_stock",
)  # fmt: skip
STOP_ROWS: Final = 20
NAMED: Final = 8


def relief_words(
    manifest: dict[str, Any], values: dict[str, Any], say: Say, number: Number
) -> dict[str, Any]:
    """Return what the page says of the relief."""
    relief = manifest["relief"]
    return {
        "relief_lead": say(
            "relief.lead",
            persons=number(values["relief_persons"]),
            stops=number(values["relief_stops"]),
            days=relief["days_count"],
            need=number(values["relief_need_t"]),
            brought=number(values["relief_brought_t"]),
        ),
        "relief_notes": note_lines(relief, values, say, number),
        "relief_tiles": TILES,
        "relief_lending": _lending(relief, say, number),
        "relief_days": _days(relief, say),
        "relief_stops": sorted(relief["stops"], key=lambda row: -row["persons"])[:STOP_ROWS],
        "relief_stops_more": max(0, len(relief["stops"]) - STOP_ROWS),
    }  # fmt: skip


def cause_lines(causes: Sequence[Mapping[str, str]], say: Say) -> list[str]:
    """Return who and what is left out, a line for each cause."""
    lines = []
    for cause in CAUSES:
        names = [row["name"] for row in causes if row["cause"] == cause]
        if names:
            shown = say("list_joiner").join(names[:NAMED])
            lines.append(say(f"relief.cause_{cause}", names=shown, count=len(names)))
    return lines


def note_lines(relief: dict[str, Any], values: dict[str, Any], say: Say, number: Number) -> list[str]:
    """Return what is short, what is proven in plain words, who is left out and why, and what was assumed."""
    lines = []
    short = [row for row in relief["goods"] if row["short"]]
    if short:
        listed = say("list_joiner").join(
            say(f"relief.plain_{row['key']}", packs=number(row["short"])) for row in short
        )
        lines.append(say("relief.short_line", goods=listed))
    if "again" not in relief:  # else what is proven stands with the news
        lines += _proof_lines(relief["proof"], values, say, number)
    lines += cause_lines(relief["causes"], say)
    unknown = [say(f"relief.good_{row['key']}") for row in relief["goods"] if not row["known"]]
    if unknown:
        lines.append(say("relief.unknown_line", goods=say("list_joiner").join(unknown)))
    if relief["fleet_assumed"]:
        lines.append(say("relief.fleet_line"))
    return lines


def _proof_lines(proof: dict[str, Any], values: dict[str, Any], say: Say, number: Number) -> list[str]:
    lines = []
    if values["relief_short_vehicles_t"]:
        lines.append(
            say(
                "relief.vehicles_line",
                short=number(values["relief_short_vehicles_t"]),
                weighted=number(proof["weighted_shortage"]),
                bound=number(proof["shortage_bound"]),
            )
        )
    if proof["driving_bound_h"]:
        lines.append(
            say(
                "relief.driving_line",
                driving=number(proof["driving_h"]),
                bound=number(proof["driving_bound_h"]),
                gap=number(proof["gap_percent"]),
            )
        )
    return lines


def _days(relief: dict[str, Any], say: Say) -> list[dict[str, Any]]:
    return [
        {
            **row,
            "last": "–" if row["last_s"] is None else write_moment(row["last_s"], relief["clock"], say),
        }
        for row in relief["days"]
    ]


def _lending(relief: dict[str, Any], say: Say, number: Number) -> list[dict[str, str]]:
    """Return a row for each pair of districts, with all that one lends the other."""
    pairs: dict[tuple[str, str], list[str]] = {}
    for row in relief["lending"]:
        lent = say(f"relief.plain_{row['key']}", packs=number(row["amount"]))
        pairs.setdefault((row["from"], row["to"]), []).append(lent)
    return [
        {"giver": giver, "taker": taker, "goods": say("list_joiner").join(lent)}
        for (giver, taker), lent in pairs.items()
    ]
