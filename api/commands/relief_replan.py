"""`dss relief replan`: news reach a relief under way; who has left goes on, the rest is planned anew."""

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
from models import Limits
from scenarios.injects import find_inject, read_inject
from scenarios.relief.changes import change_counts
from scenarios.relief.inject import Inject
from scenarios.relief.replanning import ReplannedRun, replanned_run
from scenarios.report.number import write_number
from scenarios.report.relief_news import news_lines
from scenarios.report.relief_text import cause_lines

SHOWN: Final = (
    "relief_begun_trips", "relief_halted_trips", "relief_lost_t", "relief_ahead_trips",
    "relief_kept_percent", "relief_before_brought_t", "relief_brought_t", "relief_ahead_driving_h",
    "relief_ahead_bound_h",
)  # fmt: skip


HEADS: Final = ("vehicle", "change", "as_before", "no_longer", "instead", "first_new")


def replan(
    name: Annotated[str, typer.Argument(metavar="RUN", help=say("arg_run"))],
    inject: Annotated[str, typer.Argument(metavar="INJECT", help=say("arg_relief_inject"))],
    *,
    limit_s: Annotated[float, typer.Option("--time-limit-s", min=0.1, help=say("opt_evac_limit"))] = 5.0,
    out: Annotated[Path | None, typer.Option("--out", help=say("opt_out"))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=say("opt_json"))] = False,
) -> None:
    """Plan a run's relief again after news: a new run with its orders, those before, and what changed."""
    workspace = default_workspace()
    run = workspace.run_folder(name)
    folder = out or workspace.runs / f"{run.name.split('-again-')[0]}-again-{datetime.now():%H%M%S}"
    made = replanned_run(run, read_inject(find_inject(inject), Inject), Limits(limit_s), folder)
    if as_json:
        tables = {key: made.manifest["relief"][key] for key in ("again", "goods", "proof")}
        answer_json({**summary(made.manifest), "relief": tables, "folder": str(folder)})
    else:
        _show(made)
    if made.violations:
        raise typer.Exit(FAILED)


def _show(made: ReplannedRun) -> None:
    console = Console(highlight=False)
    figures = {figure["key"]: figure for figure in made.manifest["figures"]}
    console.print(made.manifest["title"][current_language()], style="bold", soft_wrap=True)
    for line in news_lines(made.manifest["relief"], say, write_number):
        console.print(line, soft_wrap=True)
    told = Table(show_header=False, box=None)
    told.add_column()
    told.add_column(justify="right")
    told.add_column()
    for key in SHOWN:
        value, unit = write_number(figures[key]["value"]), say(f"unit.{figures[key]['unit']}")
        told.add_row(say(f"figure.{key}"), value, unit)
    console.print(told)
    rows = change_counts(made.changed, current_language())
    if rows:
        table = Table()
        for head in HEADS:
            table.add_column(say(f"relief.{head}"), overflow="fold")
        for row in rows:
            table.add_row(*row)
        console.print(table)
    for line in cause_lines(made.manifest["relief"]["causes"], say):
        console.print(line, soft_wrap=True)
    if made.violations:
        console.print(f"[bold red]{say('check_failed', count=len(made.violations))}[/]")
    else:
        console.print(f"[green]{say('check_passed')}[/]")
    console.print(f"{say('report')}: {made.folder / f'report.{current_language()}.html'}", soft_wrap=True)
    console.print(f"{say('plan')}: {made.folder}", soft_wrap=True)
