"""`dss demo`: the whole job on the generated sample city."""

import shutil
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from api.commands.runs import show_result, start
from api.commands.say import say
from dss.onemap import import_folder, init_map, read_profile
from dss.sample import TRUTH_FILE, write_sample
from dss.workspace import Workspace, default_workspace
from scenarios.load import find_scenario, load_scenario
from scenarios.run import new_run_id


def demo(
    *,
    out: Annotated[Path | None, typer.Option("--out", help=say("opt_demo_out"))] = None,
    persons: Annotated[int, typer.Option("--persons", help=say("opt_persons"))] = 300_000,
    seed: Annotated[int, typer.Option("--seed", help=say("opt_seed"))] = 1,
    as_json: Annotated[bool, typer.Option("--json", help=say("opt_json"))] = False,
) -> None:
    """Make the sample city, bring it into a map, run the flood, write the report."""
    workspace = Workspace(out) if out else default_workspace()
    name = sample_map(workspace, persons, seed)
    scenario = load_scenario(find_scenario("sample_flood"))
    result = start(scenario, workspace, str(name), workspace.runs / new_run_id("demo", datetime.now()))
    show_result(result, as_json)
    if result.violations:
        raise typer.Exit(4)


def sample_map(workspace: Workspace, persons: int, seed: int) -> Path:
    """Make the map of a sample city, or find the one made before; returns its folder."""
    name = "sample" if (persons, seed) == (300_000, 1) else f"sample-{persons}-{seed}"
    folder = workspace.maps / name
    if (folder / "map.yaml").exists():
        return folder
    typer.echo(say("making_sample", persons=f"{persons:,}"), err=True)
    delivery, partial = workspace.root / "deliveries" / name, workspace.maps / f"{name}.partial"
    for left_over in (delivery, partial):
        shutil.rmtree(left_over, ignore_errors=True)
    profile = write_sample(delivery, persons=persons, seed=seed)
    init_map(partial, read_profile(profile))
    import_folder(partial, delivery)
    shutil.copyfile(delivery / TRUTH_FILE, partial / TRUTH_FILE)
    partial.replace(folder)
    return folder
