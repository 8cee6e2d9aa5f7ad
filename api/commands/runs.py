"""`dss run` and `dss schema`: run a scenario, prove a run again, say what a scenario file may hold."""

from pathlib import Path
from typing import Annotated

import typer

from api.commands.say import answer_json, say
from dss.errors import InputError
from dss.workspace import default_workspace

Json = Annotated[bool, typer.Option("--json", help=say("opt_json"))]


def run(
    scenario: Annotated[str | None, typer.Argument(metavar="SCENARIO", help=say("arg_scenario"))] = None,
    *,
    map_name: Annotated[str | None, typer.Option("--map", help=say("opt_map"))] = None,
    out: Annotated[Path | None, typer.Option("--out", help=say("opt_out"))] = None,
    overrides: Annotated[list[str] | None, typer.Option("--set", help=say("opt_set"))] = None,
    verify: Annotated[str | None, typer.Option("--verify", metavar="RUN", help=say("opt_verify"))] = None,
    as_json: Json = False,
) -> None:
    """Run a scenario, or prove a finished run again."""
    if (scenario is None) == (verify is None):
        raise InputError("run_what")
    workspace = default_workspace()
    if verify is not None:
        from api.commands.proving import verify_again  # noqa: PLC0415 - a proof needs nothing that plans

        verify_again(workspace.run_folder(verify), as_json)
        return
    from api.commands.running import run_named  # noqa: PLC0415 - the help of the command needs no solver

    run_named(str(scenario), overrides or [], workspace, map_name=map_name, out=out, as_json=as_json)


def schema(
    what: Annotated[str, typer.Argument(metavar="scenario", help=say("arg_schema"))] = "scenario",
) -> None:
    """Print the JSON Schema of scenario files."""
    if what != "scenario":
        raise InputError("schema_what", value=what)
    from scenarios.schema import Scenario  # noqa: PLC0415 - the help of the command needs no schema

    answer_json(Scenario.model_json_schema())
