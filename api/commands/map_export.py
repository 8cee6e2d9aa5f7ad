"""`dss map export` and `dss runs export`: data leave within one's right, and every try is logged."""

from pathlib import Path
from typing import Annotated

import typer

from api.commands.say import answer_json, say
from dss.onemap import open_map
from dss.onemap.export import Exported, ExportRequest, ScaleWarning, export_format, export_layer
from dss.onemap.rights import LOG_FILE, AccessLog, reader_right
from dss.workspace import Workspace, default_workspace
from scenarios.packing import pack_run

Json = Annotated[bool, typer.Option("--json", help=say("opt_json"))]
Right = Annotated[str | None, typer.Option("--right", help=say("opt_right"))]


def export(
    name: Annotated[str, typer.Argument(metavar="MAP", help=say("arg_map"))],
    layer: Annotated[str, typer.Argument(metavar="LAYER", help=say("arg_layer"))],
    out: Annotated[Path, typer.Argument(metavar="OUT", help=say("arg_export_out"))],
    *,
    format_: Annotated[str | None, typer.Option("--format", help=say("opt_export_format"))] = None,
    crs: Annotated[str | None, typer.Option("--crs", help=say("opt_export_crs"))] = None,
    precision_m: Annotated[float | None, typer.Option("--precision-m", help=say("opt_precision"))] = None,
    right: Right = None,
    as_json: Json = False,
) -> None:
    """Export a layer; refused where its level is above one's right."""
    workspace = default_workspace()
    request = ExportRequest(layer, out, export_format(out, format_), crs, precision_m)
    onemap = open_map(workspace.map_folder(name))
    done = export_layer(onemap, request, reader_right(right), access_log(workspace))
    _warn(done)
    if as_json:
        answer_json(
            {
                "files": [str(file) for file in done.files],
                "records": done.records,
                "crs": done.crs,
                "sensitivity": done.level,
                "renamed": done.renamed,
                "precision_m": done.precision_m,
                "scale_warning": done.warning is not None,
            }
        )
        return
    level = say(f"word.{done.level}")
    typer.echo(say("exported", records=f"{done.records:,}", file=out, crs=done.crs, level=level))


def export_run(
    name: Annotated[str, typer.Argument(metavar="RUN", help=say("arg_run"))],
    out: Annotated[Path, typer.Argument(metavar="OUT.zip", help=say("arg_export_out"))],
    *,
    right: Right = None,
    as_json: Json = False,
) -> None:
    """Pack a run; refused where the level of its sources is above one's right."""
    workspace = default_workspace()
    packed = pack_run(workspace.run_folder(name), out, reader_right(right), access_log(workspace))
    if as_json:
        answer_json({"file": str(out), "files": packed.files, "sensitivity": packed.level})
        return
    typer.echo(say("run_exported", files=packed.files, file=out, level=say(f"word.{packed.level}")))


def access_log(workspace: Workspace) -> AccessLog:
    """Return the log of a workspace."""
    return AccessLog(workspace.root / LOG_FILE)


def _warn(done: Exported) -> None:
    for old, new in done.renamed.items():
        typer.echo(say("export_renamed", old=old, new=new), err=True)
    if done.precision_m is not None:
        typer.echo(say("export_rounded", metres=f"{done.precision_m:g}"), err=True)
    if done.warning is not None:
        typer.echo(_scale_text(done.warning), err=True)


def _scale_text(warning: ScaleWarning) -> str:
    values = {value.key.removeprefix("secrecy.large_scale_"): value for value in warning.limits}
    scale = warning.scale_denominator
    area = values["area_km2"]
    return say(
        "export_scale",
        area=f"{warning.area_km2:,.0f}",
        scale=f"1:{scale}" if scale else say("scale_unknown"),
        limit=f"{values['denominator'].value:g}",
        limit_area=f"{area.value:g}",
        status=say(f"word.{area.status}"),
        source=area.source,
    )
