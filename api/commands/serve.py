"""`dss serve`: the runs of the workspace in a browser, on this machine only."""

from typing import Annotated

import typer
import uvicorn

from api.app import create_app
from api.commands.say import say
from dss.workspace import default_workspace


def serve(
    host: Annotated[str, typer.Option("--host", help=say("opt_host"))] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help=say("opt_port"))] = 8321,
) -> None:
    """Serve the runs until Ctrl-C."""
    workspace = default_workspace()
    typer.echo(say("serving", address=f"{host}:{port}", folder=workspace.runs.resolve()), err=True)
    uvicorn.run(create_app(workspace), host=host, port=port, log_level="warning")
