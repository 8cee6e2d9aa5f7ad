"""`dss relief orders`: what each vehicle does, all of them or one, in words or as files."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from api.commands.say import answer_json, say
from dss.errors import InputError
from dss.language import LANGUAGES, Language, current_language
from dss.workspace import default_workspace
from scenarios.relief.orders import depot_lists, sheets_of, write_orders
from scenarios.relief.orders.content import Content, VehicleText, content_of
from scenarios.relief.orders.tables import gantt
from scenarios.relief.record import read_record


def orders(
    name: Annotated[str, typer.Argument(metavar="RUN", help=say("arg_run"))],
    *,
    vehicle: Annotated[str | None, typer.Option("--vehicle", help=say("opt_relief_vehicle"))] = None,
    lang: Annotated[str | None, typer.Option("--lang", metavar="zh|en", help=say("opt_order_lang"))] = None,
    out: Annotated[Path | None, typer.Option("--out", help=say("opt_order_out"))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=say("opt_json"))] = False,
) -> None:
    """Say what the vehicles of a run do, or one of them; --out writes PDF, Excel, CSV and GeoJSON."""
    told = read_record(default_workspace().run_folder(name))
    sheets = sheets_of(told)
    if out is not None:
        typer.echo(say("relief_written", files=len(write_orders(out, told)), folder=out), err=as_json)
    content = content_of(told.record, sheets, depot_lists(sheets), _language(lang))
    if vehicle is not None:
        _show_one(_one(content, vehicle), as_json=as_json)
    elif as_json:
        answer_json(gantt(told.record, sheets))
    else:
        _show_all(content)


def _language(lang: str | None) -> Language:
    for known in LANGUAGES:
        if (lang or current_language()) == known:
            return known
    raise InputError("order_language", language=lang)


def _one(content: Content, label: str) -> VehicleText:
    found = [one for one in content.vehicles if one.label == label]
    if not found:
        labels = ", ".join(one.label for one in content.vehicles)
        raise InputError("relief_vehicle", name=label, names=labels or "–")
    return found[0]


def _show_all(content: Content) -> None:
    console = Console(highlight=False)
    table = Table(*content.heads["overview"])
    for row in content.overview:
        table.add_row(*row)
    console.print(content.lead, soft_wrap=True)
    console.print(table)


def _show_one(vehicle: VehicleText, *, as_json: bool) -> None:
    if as_json:
        answer_json(_plain(vehicle))
        return
    console = Console(highlight=False)
    console.print(vehicle.title, style="bold")
    console.print(vehicle.lead, soft_wrap=True)
    for trip in vehicle.trips:
        console.print(trip.title, style="bold", soft_wrap=True)
        console.print(f"  {trip.loading}", soft_wrap=True)
        for row in trip.rows:
            console.print(f"  {' · '.join(row)}", soft_wrap=True)
        for drive in trip.drives:
            console.print(f"    {drive.to} ({drive.length}): {'; '.join(drive.turns)}", soft_wrap=True)


def _plain(vehicle: VehicleText) -> dict[str, Any]:
    return {
        "vehicle": vehicle.label,
        "lead": vehicle.lead,
        "trips": [
            {
                "title": trip.title,
                "loading": trip.loading,
                "stops": [list(row) for row in trip.rows],
                "drives": [
                    {"to": drive.to, "length": drive.length, "turns": list(drive.turns)}
                    for drive in trip.drives
                ],
            }
            for trip in vehicle.trips
        ],
    }
