"""The sentences of the report on a response."""

from collections.abc import Callable
from typing import Any, Final

from scenarios.report.response_news import response_news_words

Say = Callable[..., str]
Number = Callable[[float | None], str]

TILES: Final = (
    "resp_sent", "resp_short", "resp_mean_min", "resp_last_min", "resp_patients_placed",
    "resp_patients_left",
)  # fmt: skip


def response_words(
    manifest: dict[str, Any], values: dict[str, Any], say: Say, number: Number
) -> dict[str, Any]:
    """Return what the page says of the response."""
    response = manifest["response"]
    return {
        "resp_lead": _lead(values, say, number),
        "resp_proof": say(f"response.proof_{response['aim']}"),
        "resp_tiles": [key for key in TILES if key in values],
        "resp_short": [_short(row, say, number) for row in response["incidents"]],
        "resp_left": [_left(row, say, number) for row in response["patients_left"]],
        "resp_patients_text": _patients(values, say, number),
        "resp_faults": [
            say(f"response.fault_{fault['cause']}", name=fault["name"], value=fault["value"])
            for fault in response["faults"]
        ],
        "resp_shuttles": _shuttles(response["shuttles"], say, number),
        "resp_reserve": _reserve(response["cover"], say, number),
        "resp_clearing": _clearing(response, say, number),
        **response_news_words(manifest, say, number),
    }


def _lead(values: dict[str, Any], say: Say, number: Number) -> str:
    key = "lead_none" if not values["resp_sent"] else "lead" if values["resp_short"] else "lead_all"
    return say(
        f"response.{key}",
        needed=number(values["resp_needed"]),
        sent=number(values["resp_sent"]),
        short=number(values["resp_short"]),
        mean=number(values["resp_mean_min"]),
        last=number(values["resp_last_min"]),
    )


def _short(row: dict[str, Any], say: Say, number: Number) -> str:
    """Return what an incident lacks and why; an incident off the roads has that one cause."""
    if not row["reached"]:
        return say("response.incident_off_road")
    lacks = [say(f"response.short_{cause}", count=number(count)) for cause, count in row["short"].items()]
    return say("list_joiner").join(lacks)


def _left(row: dict[str, Any], say: Say, number: Number) -> str:
    why = [say(f"response.left_{cause}", count=number(count)) for cause, count in row["causes"].items()]
    return say(
        "response.left_line",
        incident=row["incident"] if say("html_lang").startswith("zh") else row["incident_en"],
        name=say(f"response.class_{row['class']}"),
        count=number(row["persons"]),
        why=say("list_joiner").join(why),
    )


def _patients(values: dict[str, Any], say: Say, number: Number) -> str:
    if "resp_patients" not in values:
        return say("response.nobody_hurt")
    placed, left = values["resp_patients_placed"], values["resp_patients_left"]
    return say("response.patients_text", placed=number(placed), left=number(left))


def _shuttles(table: dict[str, Any] | None, say: Say, number: Number) -> list[str]:
    """Return what ambulances do, how late patients are, and what is proven."""
    if table is None:
        return []
    if not table["trips"]:
        return [say("response.shuttle_none")]
    late = say("response.shuttle_late", count=number(table["late"]))
    lines = [
        say(
            "response.shuttle_lead",
            ambulances=number(table["ambulances"]),
            trips=number(len(table["trips"])),
            last=number(table["last_min"]),
            bound=number(table["last_bound_min"]),
            late=late if table["late"] else say("response.shuttle_in_time"),
            gap=table["gap_percent"],
        )
    ]
    if table["waiting"]:
        lines.append(say("response.shuttle_waiting", count=number(table["waiting"])))
    return [*lines, say("response.orders_where")]


def _reserve(rows: list[dict[str, Any]], say: Say, number: Number) -> list[str]:
    """Return which reserves are kept, and what each district lacks and why."""
    lines = []
    for row in rows:
        table, kind = row.get("reserve"), say(f"response.kind_{row['kind']}")
        if table is None:
            continue
        if not table["lacking"]:
            lines.append(say("response.reserve_kept", kind=kind))
            continue
        said = {"kind": kind, "lacking": number(table["lacking"]), "proven": number(table["proven"])}
        lines.append(say("response.reserve_lacking", **said))
        for district in table["districts"]:
            why = [
                say(f"response.reserve_{cause}", count=number(count))
                for cause, count in district["causes"].items()
            ]
            if why:
                name = district["name"] or say("response.whole_map")
                told = {"asked": number(district["asked"]), "standing": number(district["standing"])}
                lines.append(
                    say("response.reserve_line", name=name, why=say("list_joiner").join(why), **told)
                )
    return lines


def _clearing(response: dict[str, Any], say: Say, number: Number) -> list[str]:
    """Return what the clearing does, how good its order is, and what it leaves out."""
    table, lines = response["clearing"], []
    if table is None:
        return []
    if table["steps"]:
        lines += [
            say(
                "response.clearing_lead",
                crews=number(table["crews"]),
                roads=number(len(table["steps"])),
                persons=number(table["persons"]),
                before=number(table["before_hours"]),
                after=number(table["steps"][-1]["way_hours"]),
            ),
            say(
                "response.clearing_proof" if table["gap_percent"] else "response.clearing_optimal",
                lost=number(table["lost"]),
                bound=number(table["bound"]),
                gap=table["gap_percent"],
                proven=number(table["proven"]),
                most=number(table["most_way_min"]),
            ),
        ]
    else:
        lines.append(say("response.clearing_nothing"))
    if table["unreached"]:
        names = [name or say("response.unnamed") for name in table["unreached"]]
        lines.append(say("response.unreached", names=say("list_joiner").join(names)))
    notes = response["notes"].items()
    return [*lines, *(say(f"response.{key}", count=number(count)) for key, count in notes if count)]
