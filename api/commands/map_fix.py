"""`dss map fix`: replay recorded fixes on a map; the originals stay untouched."""

import getpass
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from api.commands.say import answer_json, say
from dss.onemap import open_map
from dss.onemap.fixes import FixResult, fix_map, read_fixes
from dss.onemap.fixes.replay import rehearse, results_of
from dss.workspace import default_workspace


def fix(
    name: Annotated[str, typer.Argument(metavar="MAP", help=say("arg_map"))],
    file: Annotated[Path, typer.Argument(metavar="FIXES", help=say("arg_fixes"))],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=say("fix_opt_dry"))] = False,
    by: Annotated[str | None, typer.Option("--by", help=say("fix_opt_by"))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=say("opt_json"))] = False,
) -> None:
    """Replay a file of fixes: all of it, or nothing where one of them matches nothing."""
    onemap = open_map(default_workspace().map_folder(name))
    fixes = read_fixes(file)
    if dry_run:
        results = results_of(onemap, rehearse(onemap, fixes))
    else:
        who = by or fixes.by or getpass.getuser()
        results = fix_map(onemap, fixes, file, by=who, on=datetime.now(UTC).replace(microsecond=0))
    if as_json:
        answer_json({"dry_run": dry_run, "layers": [asdict(one) for one in results]})
        return
    for one in results:
        typer.echo(_line(one))
    if not results:
        typer.echo(say("fix_nothing"))
    if dry_run:
        typer.echo(say("fix_dry"), err=True)


def _line(one: FixResult) -> str:
    if one.restored:
        return say("fix_restored", layer=one.layer)
    return say(
        "fix_done",
        layer=one.layer,
        changed=f"{one.changed:,}",
        dropped=f"{one.dropped:,}",
        added=f"{one.added:,}",
    )
