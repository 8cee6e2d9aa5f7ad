"""Tables whose columns fit into the width of the reader's terminal: texts give way, numbers do not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

GAP: Final = 2
LEAST: Final = 8
"""Columns of text are not made narrower than this."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, whether it may be cut, and whether it stands to the right."""

    heading: str
    may_shrink: bool = False
    right: bool = False


def fit_widths(columns: Sequence[Column], rows: Iterable[Sequence[str]], width: int) -> list[int]:
    """Return the width of each column: as wide as its texts, the widest that may shrink giving way first.

    Parameters
    ----------
    rows
        Texts without markup, as many in a row as there are columns.
    """
    widths = [cell_len(column.heading) for column in columns]
    for row in rows:
        widths = [max(wide, cell_len(text)) for wide, text in zip(widths, row, strict=True)]
    shrinking = [i for i, column in enumerate(columns) if column.may_shrink]
    while sum(widths) + GAP * (len(widths) - 1) > width:
        widest = max(shrinking, key=widths.__getitem__, default=None)
        if widest is None or widths[widest] <= LEAST:
            break
        widths[widest] -= 1
    return widths


def fitted_table(
    columns: Sequence[Column],
    widths: Sequence[int],
    rows: Iterable[Sequence[str]],
    *,
    styles: Mapping[str, str],
    show_header: bool = True,
) -> Table:
    """Return a table of these widths; texts that are too long end in an ellipsis.

    Parameters
    ----------
    styles
        Style of a text wherever it stands alone in a field.
    """
    table = Table(
        box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="bold", show_header=show_header
    )
    for column, width in zip(columns, widths, strict=True):
        table.add_column(
            column.heading, width=width, no_wrap=True, justify="right" if column.right else "left"
        )
    for row in rows:
        cells = []
        for text, width in zip(row, widths, strict=True):
            cell = Text(text, style=styles.get(text, ""))
            cell.truncate(width, overflow="ellipsis")
            cells.append(cell)
        table.add_row(*cells)
    return table
