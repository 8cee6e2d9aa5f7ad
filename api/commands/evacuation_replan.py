"""`dss evacuation replan`: a road closes midway; who is on the way keeps it where it is open."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from api.commands.say import answer_json, say
from dss.errors import InputError
from dss.workspace import default_workspace
from models import Limits
from scenarios.evacuation.closing import close_midway, write_closing
from scenarios.report.number import write_number


def replan(
    name: Annotated[str, typer.Argument(metavar="RUN", help=say("arg_run"))],
    *,
    at_min: Annotated[float, typer.Option("--at-min", help=say("opt_evac_at"))],
    roads: Annotated[list[str], typer.Option("--close-road", help=say("opt_evac_close"))],
    limit_s: Annotated[float, typer.Option("--time-limit-s", min=0.1, help=say("opt_evac_limit"))] = 30.0,
    out: Annotated[Path | None, typer.Option("--out", help=say("opt_out"))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=say("opt_json"))] = False,
) -> None:
    """Plan a run's evacuation anew after roads close; writes the new plan beside the run."""
    workspace = default_workspace()
    run = workspace.run_folder(name)
    folder = out or run.with_name(f"{run.name}-closing-{datetime.now():%H%M%S}")
    if folder.exists():
        raise InputError("run_exists", folder=folder)
    ways = close_midway(run, roads, at_min, Limits(limit_s))
    rows: dict[str, dict[str, Any]] = {means: way.described() for means, way in ways.items()}
    facts = {"run": run.name, "at_min": at_min, "roads": roads, "means": rows}
    write_closing(folder, ways, facts)
    if as_json:
        answer_json({**facts, "folder": str(folder)})
    else:
        _show(rows, folder)
    if any(way.violations for way in ways.values()):
        raise typer.Exit(4)


def _show(rows: Mapping[str, dict[str, Any]], folder: Path) -> None:
    keys = ("kept", "rerouted", "stranded", "same", "later_or_sooner", "other_way", "staying")
    table = Table("", *(say(f"report.evac_by_{means}") for means in rows))
    for key in ("clearance_before_min", "clearance_min", "bound_min"):
        table.add_row(say(f"evac_{key}"), *(write_number(row[key]) for row in rows.values()))
    for key in keys:
        table.add_row(say(f"evac_churn_{key}"), *(write_number(row["churn"][key]) for row in rows.values()))
    console = Console(highlight=False)
    console.print(table)
    console.print(f"{say('plan')}: {folder}", soft_wrap=True)
