"""`dss relief replan`: news reach a relief under way; who has left goes on, the rest is planned anew."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table

from api.commands.say import answer_json, say
from dss.errors import InputError
from dss.language import current_language
from dss.workspace import default_workspace
from models import Limits
from scenarios.relief.again import Again, check_again, plan_again
from scenarios.relief.changes import change_rows, described, write_again
from scenarios.relief.inject import news_of, read_inject
from scenarios.relief.record import read_record
from scenarios.report.number import write_number

SHOWN: Final = (
    "trips_begun", "trips_halted", "legs_kept", "trips_planned", "kept_percent", "brought_before_t",
    "brought_t",
)  # fmt: skip


def replan(
    name: Annotated[str, typer.Argument(metavar="RUN", help=say("arg_run"))],
    inject: Annotated[Path, typer.Argument(metavar="INJECT.yaml", help=say("arg_relief_inject"))],
    *,
    limit_s: Annotated[float, typer.Option("--time-limit-s", min=0.1, help=say("opt_evac_limit"))] = 5.0,
    out: Annotated[Path | None, typer.Option("--out", help=say("opt_out"))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=say("opt_json"))] = False,
) -> None:
    """Plan a run's relief again after news; writes the new orders, those before and what changed."""
    run = default_workspace().run_folder(name)
    folder = out or run.with_name(f"{run.name}-again-{datetime.now():%H%M%S}")
    if folder.exists():
        raise InputError("run_exists", folder=folder)
    told = read_record(run)
    asked = read_inject(inject)
    again = plan_again(told, news_of(asked, told), Limits(limit_s))
    violations = check_again(again)
    facts = {"run": run.name, "inject": asked.model_dump(), "check_passed": not violations}
    write_again(folder, again, facts)
    if as_json:
        answer_json({**facts, **described(again), "folder": str(folder)})
    else:
        _show(again, described(again), folder)
    if violations:
        raise typer.Exit(4)


def _show(again: Again, told: dict[str, Any], folder: Path) -> None:
    console = Console(highlight=False)
    for key in SHOWN:
        console.print(f"{say(f'relief.again_{key}')}: {write_number(told[key])}", soft_wrap=True)
    heads = ("vehicle", "change", "going_on", "before", "after")
    table = Table(*(say(f"relief.{head}") for head in heads), show_lines=True)
    for row in change_rows(again, current_language()):
        table.add_row(*row)
    console.print(table)
    console.print(f"{say('plan')}: {folder}", soft_wrap=True)
