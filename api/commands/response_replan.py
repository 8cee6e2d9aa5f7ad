"""`dss response replan`: news reach a response under way; who is at work stays, the rest is planned anew."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from api.commands.finished_runs import summary
from api.commands.say import answer_json, say
from api.commands.verified import FAILED
from dss.language import current_language
from dss.workspace import default_workspace
from scenarios.injects import find_inject, read_inject
from scenarios.report.number import write_number
from scenarios.response.changes import change_rows
from scenarios.response.inject import Inject
from scenarios.response.replanning import ReplannedRun, replanned_run

SHOWN: Final = (
    "resp_needed", "resp_sent", "resp_short", "resp_kept_units", "resp_diverted_units", "resp_changed_units",
    "resp_patients_brought", "resp_trips", "resp_last_patient_min", "resp_last_patient_bound_min",
)  # fmt: skip


def replan(
    name: Annotated[str, typer.Argument(metavar="RUN", help=say("arg_run"))],
    inject: Annotated[str, typer.Argument(metavar="INJECT", help=say("arg_response_inject"))],
    *,
    out: Annotated[Path | None, typer.Option("--out", help=say("opt_out"))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=say("opt_json"))] = False,
) -> None:
    """Plan a run's response again after news: a new run with its orders, those before, and what changed."""
    workspace = default_workspace()
    run = workspace.run_folder(name)
    folder = out or workspace.runs / f"{run.name}-again-{datetime.now():%H%M%S}"
    made = replanned_run(run, read_inject(find_inject(inject), Inject), folder)
    if as_json:
        answer_json(
            {**summary(made.manifest), "again": made.manifest["response"]["again"], "folder": str(folder)}
        )
    else:
        _show(made)
    if made.violations:
        raise typer.Exit(FAILED)


def _show(made: ReplannedRun) -> None:
    console = Console(highlight=False)
    figures = {figure["key"]: figure for figure in made.manifest["figures"]}
    for key in SHOWN:
        if key in figures:
            value, unit = write_number(figures[key]["value"]), say(f"unit.{figures[key]['unit']}")
            console.print(f"{say(f'figure.{key}')}: {value} {unit}", soft_wrap=True)
    heads = ("unit", "column_home", "change", "before", "after")
    table = Table(*(say(f"response.{head}") for head in heads), show_lines=True)
    for row in change_rows(made.manifest["response"]["again"], current_language(), whole=False):
        table.add_row(*row)
    console.print(table)
    if made.violations:
        console.print(f"[bold red]{say('check_failed', count=len(made.violations))}[/]")
    else:
        console.print(f"[green]{say('check_passed')}[/]")
    console.print(f"{say('report')}: {made.folder / f'report.{current_language()}.html'}", soft_wrap=True)
    console.print(f"{say('plan')}: {made.folder}", soft_wrap=True)
