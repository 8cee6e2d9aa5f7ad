"""What a run says of its allocation, as sentences: the aim, wholeness, districts, what changed, and why."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

Say = Callable[..., str]
Number = Callable[[float | None], str]

MOST_SHORTAGES: Final = 8
MOST_EXTRA: Final = 8
OPTIMAL_PERCENT: Final = 0.01


def aim_lines(manifest: Mapping[str, Any], values: Mapping[str, Any], say: Say, number: Number) -> list[str]:
    """Return what the plan was to achieve and how far it is proven."""
    asked = manifest["allocation"]["objective"]
    kind = asked["kind"]
    share = asked.get("share")
    line = say(
        f"aim_{kind}",
        limit=number(values.get("longest_limit_min", values.get("share_limit_min"))),
        bound=number(values.get("longest_bound_min", values.get("share_bound_min"))),
        share=f"{100 * share:g}" if share else "",
        minutes=number(asked.get("minutes")),
        late=number(asked.get("late_s", 0.0) / 60),
        count=number(values.get("persons_late")),
        total=number(asked.get("total")),
        longest=number(asked.get("longest")),
    )
    return [line, _proof_line(manifest, values, say, number)]


def _proof_line(manifest: Mapping[str, Any], values: Mapping[str, Any], say: Say, number: Number) -> str:
    plain = manifest["allocation"]["objective"]["kind"] == "total_time" and "counted_hours" not in values
    gap = values["gap_percent"]
    numbers = {
        "objective": number(values.get("counted_hours", values["person_hours"])),
        "bound": number(values["person_hours_bound"]),
        "gap": f"{gap or 0.0:.4f}",
    }
    if not plain or "zones" in values:
        return say("proof_counted", **numbers)
    return say("proof_optimal" if (gap or 0.0) < OPTIMAL_PERCENT else "proof_gap", **numbers)


def whole_lines(
    manifest: Mapping[str, Any], values: Mapping[str, Any], say: Say, number: Number
) -> list[str]:
    """Return what keeping units whole means and costs; nothing where cells may be split."""
    if "zones" not in values:
        return []
    torn = number(values.get("split_zones"))
    lines = [say("whole_text", zones=number(values["zones"]), unmet=number(values["zones_unmet"]), torn=torn)]
    if "wholeness_most_hours" in values:
        least, most = values["wholeness_least_hours"], values["wholeness_most_hours"]
        lines.append(say("whole_price", least=number(least), most=number(most)))
    if manifest["allocation"]["straddling"]:
        lines.append(say("whole_straddling", count=number(manifest["allocation"]["straddling"])))
    return lines


def border_lines(
    manifest: Mapping[str, Any], values: Mapping[str, Any], say: Say, number: Number
) -> list[str]:
    """Return who crosses which borders; nothing where the scenario knows no districts."""
    asked = manifest["allocation"]
    if asked["border_s"] is None and not asked["agreements"] and not asked["closed_borders"]:
        return []
    agreed = number(values.get("persons_crossing_agreed", 0))
    if asked["closed_borders"]:
        return [say("districts_closed", agreed=agreed)]
    across = number(values.get("persons_crossing", 0))
    return [say("districts_text", minutes=number(asked["border_s"] / 60), across=across, agreed=agreed)]


def told_lines(manifest: Mapping[str, Any], values: Mapping[str, Any], say: Say, number: Number) -> list[str]:
    """Return who must be told anew; nothing where nobody was told before."""
    if "persons_told_before" not in values:
        return []
    return [
        say(
            "told_text",
            run=manifest["allocation"]["previous"],
            before=number(values["persons_told_before"]),
            anew=number(values["persons_told_anew"]),
            forced=number(values["persons_told_forced"]),
            stability=number(manifest["allocation"]["stability_s"]),
        )
    ]


def why_lines(why: Mapping[str, Any] | None, say: Say, number: Number) -> list[str]:
    """Return why people have no place and what mends it, the smallest repair first; nothing if all have."""
    if why is None:
        return []
    return [
        *_repairs(why, say, number),
        say("why_fewest", unmet=number(why["unmet"])),
        *_shortages(why, say, number),
        *([say("why_together", count=number(why["kept_together"]))] if why["kept_together"] > 0 else []),
        *(
            [say("why_too_large", names=_few(why["too_large"], len(why["too_large"]), say))]
            if why["too_large"]
            else []
        ),
    ]


def _repairs(why: Mapping[str, Any], say: Say, number: Number) -> list[str]:
    """Return what would mend it: places to add, a place to open, a wider service; the smallest leads."""
    extra, found = why["extra_places"], []
    if extra:
        where = [
            say("why_extra_at", shelter=entry["shelter"], places=number(entry["places"])) for entry in extra
        ]
        count = number(sum(entry["places"] for entry in extra))
        found.append(say("why_extra", count=count, where=_few(where[:MOST_EXTRA], len(where), say)))
    wider = why["wider"]
    if wider is not None:
        name = f"why_wider_{wider['kind']}"
        found.append(say(name, limit=number(wider["limit"]), unmet=number(wider["unmet"])))
    for opening in why["openings"]:
        numbers = {"capacity": number(opening["capacity"]), "unmet": number(opening["unmet"])}
        found.append(say("why_opening", name=opening["name"], **numbers))
    return [say("why_cheapest", repair=found[0]), *found[1:]] if found else []


def _shortages(why: Mapping[str, Any], say: Say, number: Number) -> list[str]:
    reached = [entry for entry in why["shortages"] if entry["shelter_count"] > 0]
    beyond = [entry for entry in why["shortages"] if entry["shelter_count"] == 0]
    lines = [
        say(
            "why_shortage",
            areas=_few(entry["areas"], entry["area_count"], say) or say("why_here"),
            persons=number(entry["persons"]),
            shelters=_few(entry["shelters"], entry["shelter_count"], say),
            places=number(entry["places"]),
            short=number(entry["persons"] - entry["places"]),
        )
        for entry in reached[:MOST_SHORTAGES]
    ]
    if beyond:
        persons, cells = (sum(entry[name] for entry in beyond) for name in ("persons", "cells"))
        lines.append(say("why_beyond", count=number(persons), cells=number(cells)))
    return lines


def _few(names: Sequence[str], count: int, say: Say) -> str:
    listed = say("list_joiner").join(names)
    return listed if count <= len(names) else say("why_some", names=listed, count=count)
