"""`dss serve`: the page and the API over the workspace, on this machine unless told otherwise."""

import logging
import sys
from typing import Annotated, Final

import typer

from api.commands.say import say

TOLD_LEVEL: Final = logging.WARNING
KEEP_ALIVE_S: Final = 75
"""Browsers hold connections for about so long; one that is closed under them costs a request."""


def serve(
    host: Annotated[str | None, typer.Option("--host", help=say("opt_host"))] = None,
    port: Annotated[int | None, typer.Option("--port", help=say("opt_port"))] = None,
    map_name: Annotated[str | None, typer.Option("--map", help=say("opt_serve_map"))] = None,
) -> None:
    """Serve until Ctrl-C."""
    import uvicorn  # noqa: PLC0415 - the help of the command needs none of these

    from api.app import create_app  # noqa: PLC0415
    from api.settings import read_settings  # noqa: PLC0415

    logging.basicConfig(level=TOLD_LEVEL)
    settings = read_settings(host=host, port=port)
    app = create_app(settings)
    service = app.state.service
    service.guard.token()
    if map_name is not None:
        service.prepare(map_name)
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = f"http://{shown}:{settings.port}"
    if sys.stderr.isatty():  # no token in logs
        address += f"/?token={service.guard.token()}"
    typer.echo(say("serving_at", address=address), err=True)
    typer.echo(say("serving_token", file=service.guard.file.resolve()), err=True)
    typer.echo(say("serving_workspace", folder=settings.workspace.root.resolve()), err=True)
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
    )
