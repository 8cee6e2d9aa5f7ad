"""`dss demo`: the whole job on the generated sample city."""

import shutil
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from api.commands.running import show_result, start
from api.commands.say import say
from dss.onemap import import_folder, init_map, read_profile
from dss.sample import ERRORS, TRUTH_FILE, write_sample
from dss.sample.real import PACKAGE, PROFILE, unpack_coquimbo
from dss.workspace import Workspace, default_workspace
from scenarios.load import find_scenario, load_scenario
from scenarios.run import new_run_id


def demo(
    *,
    out: Annotated[Path | None, typer.Option("--out", help=say("opt_demo_out"))] = None,
    persons: Annotated[int, typer.Option("--persons", help=say("opt_persons"))] = 300_000,
    seed: Annotated[int, typer.Option("--seed", help=say("opt_seed"))] = 1,
    errors: Annotated[float, typer.Option("--errors", help=say("opt_sample_errors"))] = ERRORS,
    as_json: Annotated[bool, typer.Option("--json", help=say("opt_json"))] = False,
) -> None:
    """Make the sample city, bring it into a map, run the flood, write the report."""
    workspace = Workspace(out) if out else default_workspace()
    folder = sample_map(workspace, persons, seed, errors)
    _run_and_show("sample_flood", workspace, folder, as_json)


def demo_real(
    *,
    out: Annotated[Path | None, typer.Option("--out", help=say("opt_demo_out"))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=say("opt_json"))] = False,
) -> None:
    """Take a real city out of a package, bring it into a map, run an assumed tsunami, write the report."""
    workspace = Workspace(out) if out else default_workspace()
    folder = real_map(workspace)
    _run_and_show("coquimbo_tsunami", workspace, folder, as_json)


def _run_and_show(name: str, workspace: Workspace, folder: Path, as_json: bool) -> None:
    scenario = load_scenario(find_scenario(name))
    result = start(scenario, workspace, str(folder), workspace.runs / new_run_id("demo", datetime.now()))
    show_result(result, as_json)
    if result.violations:
        raise typer.Exit(4)


def real_map(workspace: Workspace) -> Path:
    """Make the map of Coquimbo, or find the one made before; returns its folder."""
    folder = workspace.maps / PROFILE
    if (folder / "map.yaml").exists():
        return folder
    typer.echo(say("unpacking_real", package=PACKAGE), err=True)
    delivery, partial = _cleared(workspace, PROFILE)
    unpack_coquimbo(delivery)
    init_map(partial, read_profile(PROFILE))
    import_folder(partial, delivery)
    partial.replace(folder)
    return folder


def _cleared(workspace: Workspace, name: str) -> tuple[Path, Path]:
    """Return the folders of a delivery and of a map in the making, both gone."""
    folders = workspace.root / "deliveries" / name, workspace.maps / f"{name}.partial"
    for left_over in folders:
        shutil.rmtree(left_over, ignore_errors=True)
    return folders


def sample_map(workspace: Workspace, persons: int, seed: int, errors: float = ERRORS) -> Path:
    """Make the map of a sample city, or find the one made before; returns its folder."""
    usual = (persons, seed, errors) == (300_000, 1, ERRORS)
    name = "sample" if usual else f"sample-{persons}-{seed}" + ("" if errors == ERRORS else f"-{errors:g}")
    folder = workspace.maps / name
    if (folder / "map.yaml").exists():
        return folder
    typer.echo(say("making_sample", persons=f"{persons:,}"), err=True)
    delivery, partial = _cleared(workspace, name)
    profile = write_sample(delivery, persons=persons, seed=seed, errors=errors)
    init_map(partial, read_profile(profile))
    import_folder(partial, delivery)
    shutil.copyfile(delivery / TRUTH_FILE, partial / TRUTH_FILE)
    partial.replace(folder)
    return folder
