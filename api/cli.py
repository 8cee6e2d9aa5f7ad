"""The command line: results on stdout, progress on stderr, errors in the reader's language.

Exit codes: 0 done, 2 bad usage or input, 4 the plan failed its check, 130 cancelled.
"""

import sys

import typer

from api.commands import demo, doctor, maps, reach, roads, runs, serve, site
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
maps.app.command("reach", help=say("map_reach"))(reach.reach_from)
maps.app.command("roads", help=say("map_roads"))(roads.roads)
maps.app.command("critical", help=say("map_critical"))(roads.critical)
app.add_typer(maps.app, name="map", help=say("map"))
app.add_typer(runs.app, name="runs", help=say("runs"))
app.command("run", help=say("run"))(runs.run)
app.command("demo", help=say("demo"))(demo.demo)
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
