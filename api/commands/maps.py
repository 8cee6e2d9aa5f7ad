"""What the commands of `dss map` share."""

from typing import Annotated

import typer

from api.commands.say import say

MapArgument = Annotated[str, typer.Argument(metavar="MAP", help=say("arg_map"))]
Json = Annotated[bool, typer.Option("--json", help=say("opt_json"))]
