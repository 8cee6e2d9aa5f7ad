"""`dss map`: the group of commands about a map, and what they share; they join it in `api.cli`."""

from typing import Annotated

import typer

from api.commands.say import say

app = typer.Typer(no_args_is_help=True)

MapArgument = Annotated[str, typer.Argument(metavar="MAP", help=say("arg_map"))]
Json = Annotated[bool, typer.Option("--json", help=say("opt_json"))]
