"""`dss replan`: a new plan after shelters were lost or roads closed."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from rich.console import Console
from rich.table import Table

from api.commands.finished_runs import summary
from api.commands.running import show_result, start
from api.commands.say import answer_json, say
from dss.errors import InputError
from dss.workspace import default_workspace
from scenarios.allocation.quick import QuickAnswer, answer_loss
from scenarios.finished import read_manifest
from scenarios.load import parse_scenario
from scenarios.report.number import write_number
from scenarios.schema import Scenario

Json = Annotated[bool, typer.Option("--json", help=say("opt_json"))]

MOST_CHANGES = 12


def replan(
    name: Annotated[str, typer.Argument(metavar="RUN", help=say("arg_run"))],
    *,
    shelter_lost: Annotated[
        list[str] | None, typer.Option("--shelter-lost", help=say("opt_shelter_lost"))
    ] = None,
    road_closed: Annotated[
        list[str] | None, typer.Option("--road-closed", help=say("opt_road_closed"))
    ] = None,
    stability_s: Annotated[float, typer.Option("--stability", min=0.0, help=say("opt_stability"))] = 300.0,
    map_name: Annotated[str | None, typer.Option("--map", help=say("opt_map"))] = None,
    out: Annotated[Path | None, typer.Option("--out", help=say("opt_out"))] = None,
    quick: Annotated[bool, typer.Option("--quick", help=say("opt_quick"))] = False,
    as_json: Json = False,
) -> None:
    """Plan again on a run's plan after shelters were lost or roads closed; writes a new run beside it."""
    workspace = default_workspace()
    before = workspace.run_folder(name)
    if quick:
        if road_closed or not shelter_lost:
            raise InputError("allocation_quick")
        show_answer(answer_loss(before, shelter_lost, stability_s), as_json)
        return
    manifest = read_manifest(before)
    scenario = changed_scenario(before, shelter_lost or [], road_closed or [], stability_s)
    folder = out or workspace.runs / f"{before.name}-replan-{datetime.now():%H%M%S}"
    result = start(scenario, workspace, map_name or manifest["map"]["name"], folder)
    if as_json:
        seconds: dict[str, Any] = {"model_s": result.manifest["seconds"]["solve"]}
        answer_json({**summary(result.manifest), **seconds, "folder": str(result.folder)})
    else:
        show_result(result, as_json=False)
        figures = {figure.key: figure.value for figure in result.figures}
        typer.echo(
            say(
                "replan_told",
                before=write_number(figures["persons_told_before"]),
                anew=write_number(figures["persons_told_anew"]),
                forced=write_number(figures["persons_told_forced"]),
                seconds=f"{result.manifest['seconds']['solve']:.2f}",
            )
        )
    if result.violations:
        raise typer.Exit(4)


def show_answer(answer: QuickAnswer, as_json: bool) -> None:
    """Print what a loss means; exit 4 when the new plan fails its check."""
    if as_json:
        content = {**asdict(answer), "elsewhere": answer.told.elsewhere}
        answer_json({**content, "violations": [str(one) for one in answer.violations]})
    else:
        numbers = {
            "before": write_number(answer.told.before),
            "anew": write_number(answer.told.elsewhere),
            "forced": write_number(answer.told.forced),
        }
        typer.echo(say("replan_told", seconds=f"{answer.solve_s:.2f}", **numbers))
        names = ("unmet_before", "unmet_after", "hours_before", "hours_after")
        typer.echo(say("replan_change", **{key: write_number(getattr(answer, key)) for key in names}))
        table = Table(*[say(f"replan_head_{key}") for key in ("shelter", "before", "after")])
        for change in answer.changes[:MOST_CHANGES]:
            table.add_row(change.shelter, write_number(change.before), write_number(change.after))
        Console().print(table)
    if answer.violations:
        raise typer.Exit(4)


def changed_scenario(run: Path, lost: list[str], closed: list[str], stability_s: float) -> Scenario:
    """Return a run's scenario with shelters lost and roads closed since, beside what was lost before."""
    content = yaml.safe_load((run / "scenario.yaml").read_text(encoding="utf-8"))
    allocation = content.setdefault("allocation", {})
    shelters = allocation.setdefault("shelters", {})
    shelters["lost"] = [*shelters.get("lost", []), *lost]
    closed = [*(allocation.get("previous") or {}).get("roads_closed", []), *closed]
    allocation["previous"] = {"run": str(run), "stability_s": stability_s, "roads_closed": closed}
    return parse_scenario(content, str(run / "scenario.yaml"))
