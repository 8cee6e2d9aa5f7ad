"""`dss map import`: bring a delivery, a file, a database table or a service's layer into a map."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from api.commands.say import answer_json, say
from dss.language import current_language
from dss.onemap import (
    FileHints,
    ImportResult,
    Tick,
    import_folder,
    import_source,
    init_map,
    is_remote,
    open_map,
    profile_of_delivery,
    read_profile,
)
from dss.workspace import default_workspace


def import_(
    name: Annotated[str, typer.Argument(metavar="MAP", help=say("arg_map"))],
    source: Annotated[str, typer.Argument(metavar="SOURCE", help=say("arg_import_source"))],
    *,
    layer: Annotated[str | None, typer.Option("--layer", help=say("opt_layer"))] = None,
    role: Annotated[str | None, typer.Option("--role", help=say("opt_role"))] = None,
    table: Annotated[list[str] | None, typer.Option("--table", help=say("opt_table"))] = None,
    crs: Annotated[str | None, typer.Option("--crs", help=say("opt_crs"))] = None,
    encoding: Annotated[str | None, typer.Option("--encoding", help=say("opt_encoding"))] = None,
    x: Annotated[str | None, typer.Option("--x", help=say("opt_x"))] = None,
    y: Annotated[str | None, typer.Option("--y", help=say("opt_y"))] = None,
    join: Annotated[str | None, typer.Option("--join", help=say("opt_join"))] = None,
    only: Annotated[str | None, typer.Option("--only", help=say("opt_only"))] = None,
    profile: Annotated[str | None, typer.Option("--profile", help=say("opt_profile_new"))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=say("opt_json"))] = False,
) -> None:
    """Bring a delivery folder, a file, a database table or a service's layer into the map."""
    folder = default_workspace().map_folder(name)
    hints = FileHints(
        key=layer,
        role=role,
        crs=crs,
        encoding=encoding,
        tables=tuple(table or ()),
        x=x,
        y=y,
        join=join,
        only=only,
    )
    with _map(folder, source, profile), _shown_progress() as tick:
        if _is_delivery(source, hints):
            result = import_folder(folder, Path(source), tick)
        else:
            result = import_source(folder, source, hints, tick)
    _show(folder, result, as_json)


def _is_delivery(source: str, hints: FileHints) -> bool:
    """Tell a delivery folder from a FileGDB, which is a folder too, and from all that is no folder."""
    if is_remote(source) or not Path(source).is_dir():
        return False
    return Path(source).suffix.lower() != ".gdb" and hints.key is None


@contextmanager
def _map(folder: Path, source: str, profile: str | None) -> Iterator[None]:
    """Open the map, or make it from a profile; a map that was made for an import that fails goes again."""
    existed, is_map = folder.exists(), (folder / "map.yaml").exists()
    chosen = None if is_map else profile or (None if is_remote(source) else profile_of_delivery(Path(source)))
    if chosen is not None:
        typer.echo(say("profile_used", profile=chosen), err=True)
        init_map(folder, read_profile(chosen))
    open_map(folder)
    try:
        yield
    except BaseException:
        if chosen is not None and not existed:
            shutil.rmtree(folder, ignore_errors=True)
        raise


@contextmanager
def _shown_progress() -> Iterator[Tick]:
    """Give a function that shows a share of the work done: a bar on a terminal, nothing elsewhere."""
    columns = (TextColumn("{task.percentage:3.0f}%"), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=1.0)
        yield lambda share: progress.update(task, completed=share)


def _show(folder: Path, result: ImportResult, as_json: bool) -> None:
    if as_json:
        answer_json(
            {
                "map": str(folder),
                "imported": [_facts(result, i) for i in range(len(result.imported))],
                "not_delivered": [entry.key for entry in result.not_delivered],
            }
        )
        return
    language = current_language()
    for entry in result.imported:
        title = entry.title.of(language)
        typer.echo(say("imported", layer=entry.key, title=title, records=f"{entry.records:,}"))
        for guess in entry.guesses:
            typer.echo(say("import_guess", layer=entry.key, text=guess.text(language)))
    for missing in result.not_delivered:
        typer.echo(say("not_delivered", layer=missing.key, file=missing.file), err=True)


def _facts(result: ImportResult, number: int) -> dict[str, object]:
    """Return a layer's facts with its guesses in words beside their rules."""
    layer = result.imported[number]
    facts = layer.model_dump(mode="json", by_alias=True, exclude_none=True)
    facts["guesses"] = [
        {**one.model_dump(mode="json"), "text": one.text(current_language())} for one in layer.guesses
    ]
    return facts
