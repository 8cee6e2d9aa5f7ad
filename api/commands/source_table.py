"""Where something comes from, as a table."""

from rich.markup import escape
from rich.table import Table

from api.commands.map_tables import level
from api.commands.say import say
from dss.language import current_language
from dss.onemap.lineage import Lineage


def source_table(lineage: Lineage) -> Table:
    """Return the sources of something as a table: layer, owner, date, status, level."""
    language = current_language()
    table = Table(box=None, pad_edge=False, show_edge=False, header_style="bold")
    table.add_column(say("head_number"), justify="right")
    table.add_column(say("head_title"), overflow="fold")
    table.add_column(say("head_owner"), overflow="fold")
    for name in ("date", "status_source", "level"):
        table.add_column(say(f"head_{name}"), no_wrap=True)
    for number, source in enumerate(lineage.sources, start=1):
        table.add_row(
            str(number),
            escape(source.title.of(language)),
            escape(source.owner.of(language)),
            source.date.isoformat(),
            say(f"word.{source.status}"),
            level(source.sensitivity),
        )
    return table
