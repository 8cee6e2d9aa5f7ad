"""`dss explain`: why people of a run have no place, and the smallest change that mends it."""

from typing import Annotated

import typer
from rich.console import Console

from api.commands.say import answer_json, say
from dss.language import current_language, text
from dss.workspace import default_workspace
from scenarios.finished import read_manifest
from scenarios.report.allocation_text import why_lines
from scenarios.report.number import write_number

Json = Annotated[bool, typer.Option("--json", help=say("opt_json"))]


def explain(
    name: Annotated[str, typer.Argument(metavar="RUN", help=say("arg_run"))], *, as_json: Json = False
) -> None:
    """Say why people of a run have no place, and the smallest change that mends it."""
    manifest = read_manifest(default_workspace().run_folder(name))
    if as_json:
        answer_json({"run": manifest["run"], "why": manifest["why"]})
        return
    console = Console(highlight=False)
    console.print(manifest["title"][current_language()], style="bold", soft_wrap=True)
    lines = why_lines(manifest["why"], _say_of_report, write_number)
    for line in lines or [say("explain_nobody")]:
        console.print(line, soft_wrap=True)


def _say_of_report(key: str, **values: object) -> str:
    return text(f"report.{key}", current_language(), **values)
