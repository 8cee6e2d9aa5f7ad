"""A relief that was planned again after news, as answers show it: what came, and what changes for whom."""

from typing import Any, Final

from api.relief_words import good_words
from api.texts import words
from dss.language import LANGUAGES, text

RANK: Final = ("stopped", "changed", "new", "freed", "same")
"""What changes most first."""
Row = dict[str, Any]


def news_answer(manifest: Row) -> Row:
    """Return the news, and what they change vehicle by vehicle."""
    again = manifest["relief"]["again"]
    values = {figure["key"]: figure["value"] for figure in manifest["figures"]}
    vehicles = sorted(again["vehicles"], key=lambda row: (RANK.index(row["what"]), row["vehicle"]))
    return {
        "follows": manifest["follows"]["run"],
        **{key: again[key] for key in ("at_s", "roads_closed", "lost_vehicles", "stops_moved", "legs_kept")},
        "kept_percent": values["relief_kept_percent"],
        "needs": [
            {
                "stop": need["stop"],
                "title": good_words(need["key"]),
                "amount": need["amount"],
                "unit_title": words(f"relief.unit_{need['unit']}"),
            }
            for need in again["needs"]
        ],
        "vehicles": [
            {
                **vehicle,
                "what_title": words(f"relief.change_{vehicle['what']}"),
                **{when: [_trip(trip) for trip in vehicle[when]] for when in ("before", "after")},
            }
            for vehicle in vehicles
        ],
    }


def _trip(trip: Row) -> Row:
    load = {language: _load(trip["packs"], language) for language in LANGUAGES}
    return {"start_s": trip["start_s"], "end_s": trip["end_s"], "stops": trip["stops"], "load": load}


def _load(packs: dict[str, int], language: Any) -> str:
    return text("relief.joiner", language).join(
        text("relief.told_packs", language, name=good_words(key)[language], packs=f"{count:,}")
        for key, count in packs.items()
    )
