"""`dss evacuation export`: a run's plan as input of a traffic simulation."""

from pathlib import Path
from typing import Annotated, Final

import typer

from api.commands.say import answer_json, say
from dss.errors import InputError
from dss.workspace import default_workspace
from scenarios.evacuation.exporting import write_matsim, write_sumo
from scenarios.evacuation.plan_files import plan_folders, read_plan

WRITERS: Final = {"sumo": write_sumo, "matsim": write_matsim}


def export(
    name: Annotated[str, typer.Argument(metavar="RUN", help=say("arg_run"))],
    *,
    tool: Annotated[str, typer.Option("--format", metavar="sumo|matsim", help=say("opt_export_tool"))],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help=say("opt_export_out"))],
    as_json: Annotated[bool, typer.Option("--json", help=say("opt_json"))] = False,
) -> None:
    """Write a run's plan for cars as input of SUMO or MATSim."""
    if tool not in WRITERS:
        raise InputError("evacuation_export_format", format=tool)
    folders = plan_folders(default_workspace().run_folder(name))
    if "drive" not in folders:
        raise InputError("evacuation_export_mode", mode=", ".join(folders))
    files = WRITERS[tool](out, read_plan(folders["drive"]))
    if as_json:
        answer_json([str(file) for file in files])
    else:
        typer.echo(say("evacuation_exported", folder=out, files=", ".join(file.name for file in files)))
