"""The command line: results on stdout, progress on stderr, errors in the reader's language.

Exit codes: 0 done, 2 bad usage or input, 3 the audit found errors, 4 the plan failed its check,
130 cancelled.
"""

import sys

import typer

from api.commands import (
    demo,
    doctor,
    error_study,
    map_catalogue,
    map_cells,
    map_check,
    map_export,
    map_fix,
    map_import,
    map_making,
    maps,
    reach,
    roads,
    runs,
    serve,
    shelter,
    site,
)
from api.commands.say import say
from dss.errors import DssError

app = typer.Typer(
    name="dss",
    help=say("app"),
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
maps.app.command("import", help=say("map_import"))(map_import.import_)
maps.app.command("init", help=say("map_init"))(map_making.init)
maps.app.command("bind", help=say("map_bind"))(map_making.bind)
maps.app.command("list", help=say("map_list"))(map_catalogue.list_)
maps.app.command("search", help=say("map_search"))(map_catalogue.search)
maps.app.command("describe", help=say("map_describe"))(map_catalogue.describe)
maps.app.command("export", help=say("map_export"))(map_export.export)
runs.app.command("export", help=say("runs_export"))(map_export.export_run)
maps.app.command("reach", help=say("map_reach"))(reach.reach_from)
maps.app.command("cells", help=say("map_cells"))(map_cells.cells)
maps.app.command("roads", help=say("map_roads"))(roads.roads)
maps.app.command("critical", help=say("map_critical"))(roads.critical)
maps.app.command("check", help=say("map_check"))(map_check.check)
maps.app.command("fix", help=say("map_fix"))(map_fix.fix)
app.add_typer(maps.app, name="map", help=say("map"))
app.add_typer(runs.app, name="runs", help=say("runs"))
app.command("run", help=say("run"))(runs.run)
app.command("explain", help=say("explain"))(shelter.explain)
app.command("replan", help=say("replan"))(shelter.replan)
app.command("demo", help=say("demo"))(demo.demo)
app.command("errors", help=say("errors"))(error_study.errors)
app.command("demo-real", help=say("demo_real"))(demo.demo_real)
app.command("doctor", help=say("doctor"))(doctor.doctor)
app.command("site", help=say("site"))(site.site)
app.command("schema", help=say("schema"))(runs.schema)
app.command("serve", help=say("serve"))(serve.serve)


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
