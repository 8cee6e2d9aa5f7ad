"""`dss map check`: audit a map, say what is wrong, and whose it is to mend."""

import time
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from api.commands.say import answer_json, say
from dss.errors import InputError
from dss.language import current_language
from dss.onemap import open_map
from dss.onemap.audit import Audit, check_map, propose_fixes, read_history, write_audit
from dss.onemap.audit.history import FOLDER, remember
from dss.onemap.audit.report import report
from dss.workspace import default_workspace
from scenarios.report.fonts import embedded_fonts

AUDIT_FAILED = 3
SHOWN_LAYERS = 6


def check(
    name: Annotated[str, typer.Argument(metavar="MAP", help=say("arg_map"))],
    *,
    out: Annotated[Path | None, typer.Option("--out", help=say("check_opt_out"))] = None,
    layer: Annotated[list[str] | None, typer.Option("--layer", help=say("check_opt_layer"))] = None,
    today: Annotated[str | None, typer.Option("--today", help=say("check_opt_today"))] = None,
    propose: Annotated[Path | None, typer.Option("--propose", help=say("check_opt_propose"))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=say("opt_json"))] = False,
) -> None:
    """Check a map by every rule; exit 3 where errors are found."""
    onemap = open_map(default_workspace().map_folder(name))
    audit = check_map(onemap, _day(today), layers=tuple(layer or ()), on_progress=_Progress())
    if layer is None:
        remember(audit)
    folder = out or onemap.folder / FOLDER
    write_audit(audit, folder, embedded_fonts)
    if propose is not None:
        propose_fixes(audit, propose)
        typer.echo(say("check_proposed", file=propose), err=True)
    if as_json:
        answer_json(report(audit, current_language()))
    else:
        _show(audit, folder)
    if audit.failed:
        raise typer.Exit(AUDIT_FAILED)


class _Progress:
    """Tells on stderr how far the check is, and how long it will take yet."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._told = 0.0

    def __call__(self, done: float, code: str) -> None:
        now = time.perf_counter()
        if done < 1.0 and now - self._told > 1.0:
            self._told = now
            left_s = (now - self._started) / max(done, 1e-9) * (1 - done)
            left = f"{left_s:.0f}" if done > 0.02 else "–"
            typer.echo(say("check_progress", done=f"{done:4.0%}", code=code, left=left), err=True)


def _day(text: str | None) -> date:
    if text is None:
        return datetime.now().date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError("audit_day", value=text) from error


def _show(audit: Audit, folder: Path) -> None:
    facts = report(audit, current_language())
    console = Console()
    console.print(_rules(facts))
    console.print(_departments(facts))
    score = facts["score"]
    console.print(
        say("audit.headline", day=facts["day"], score=score["score"], errors=f"{score['errors']:,}",
            warnings=f"{score['warnings']:,}", records=f"{score['records']:,}"),
        highlight=False,
    )  # fmt: skip
    checks = read_history(audit.onemap.folder)
    if len(checks) > 1:
        console.print(
            say("audit.history_change", before=checks[-2].score, now=checks[-1].score), highlight=False
        )
    if facts["not_run"]:
        console.print(say("check_not_run", count=len(facts["not_run"])), highlight=False)
    console.print(say("check_written", folder=folder), highlight=False, soft_wrap=True)


def _rules(facts: dict[str, Any]) -> Table:
    table = Table(*[say(f"audit.column_{name}") for name in ("severity", "rule", "code", "count", "layers")])
    for rule in facts["rules"]:
        layers = [f"{one['layer']} {one['count']:,}" for one in rule["layers"]]
        shown = ", ".join(layers[:SHOWN_LAYERS]) + (" …" if len(layers) > SHOWN_LAYERS else "")
        severity = say(f"audit.severity_{rule['severity']}")
        table.add_row(severity, rule["title"], rule["code"], f"{rule['count']:,}", shown)
    return table


def _departments(facts: dict[str, Any]) -> Table:
    table = Table(
        *[say(f"audit.column_{name}") for name in ("owner", "score", "records", "faulty", "errors")]
    )
    for one in facts["departments"]:
        table.add_row(
            one["owner"], str(one["score"]), f"{one['records']:,}", f"{one['faulty']:,}", f"{one['errors']:,}"
        )
    return table
