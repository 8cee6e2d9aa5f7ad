"""The command line: results on stdout, progress on stderr, errors in the reader's language.

Exit codes: 0 done, 2 bad usage or input, 3 the audit found errors, 4 the plan failed its check,
130 cancelled.
"""

import sys
from typing import Final

import typer

from api.commands.say import say
from api.deferred import add_deferred
from dss.errors import DssError

COMMANDS: Final = {
    "run": "runs:run",
    "explain": "explain:explain",
    "replan": "replan:replan",
    "demo": "demo:demo",
    "errors": "error_study:errors",
    "demo-real": "demo:demo_real",
    "doctor": "doctor:doctor",
    "site": "site:site",
    "schema": "runs:schema",
    "serve": "serve:serve",
}
"""Name of a command -> module of `api.commands` and function; the help is the text ``cli.<name>``."""
MAP_COMMANDS: Final = {
    "import": "map_import:import_",
    "init": "map_making:init",
    "bind": "map_making:bind",
    "list": "map_catalogue:list_",
    "search": "map_catalogue:search",
    "describe": "map_describe:describe",
    "export": "map_export:export",
    "reach": "reach:reach_from",
    "cells": "map_cells:cells",
    "roads": "roads:roads",
    "critical": "roads:critical",
    "check": "map_check:check",
    "fix": "map_fix:fix",
}
"""The same of `dss map`; the help is ``cli.map_<name>``."""
RUNS_COMMANDS: Final = {
    "list": "finished_runs:list_",
    "show": "finished_runs:show",
    "cancel": "finished_runs:cancel",
    "export": "map_export:export_run",
}
"""The same of `dss runs`; the help is ``cli.runs_<name>``."""

EVACUATION_COMMANDS: Final = {
    "orders": "evacuation_orders:orders",
    "export": "evacuation_export:export",
    "replan": "evacuation_replan:replan",
}
"""The same of `dss evacuation`; the help is ``cli.evacuation_<name>``."""

RELIEF_COMMANDS: Final = {
    "orders": "relief_orders:orders",
    "replan": "relief_replan:replan",
}
"""The same of `dss relief`; the help is ``cli.relief_<name>``."""

RESPONSE_COMMANDS: Final = {"replan": "response_replan:replan"}
"""The same of `dss response`; the help is ``cli.response_<name>``."""

app = typer.Typer(
    name="dss",
    help=say("app"),
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _add_group(name: str, commands: dict[str, str]) -> None:
    group = typer.Typer(no_args_is_help=True)
    for key, place in commands.items():
        add_deferred(group, key, place, help_text=say(f"{name}_{key}"))
    app.add_typer(group, name=name, help=say(name))


_add_group("map", MAP_COMMANDS)
_add_group("runs", RUNS_COMMANDS)
_add_group("evacuation", EVACUATION_COMMANDS)
_add_group("relief", RELIEF_COMMANDS)
_add_group("response", RESPONSE_COMMANDS)
for _name, _place in COMMANDS.items():
    add_deferred(app, _name, _place, help_text=say(_name.replace("-", "_")))


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a Windows console is not UTF-8 by itself
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app()
    except DssError as error:
        typer.echo(f"{say('error')}: {error}", err=True)
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        typer.echo(say("cancelled"), err=True)
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
