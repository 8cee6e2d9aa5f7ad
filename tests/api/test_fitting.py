"""Tables give way where texts may, and nowhere else."""

import io

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from api.commands.fitting import GAP, LEAST, Column, fit_widths, fitted_table

COLUMNS = [
    Column("键"),
    Column("名称", may_shrink=True),
    Column("部门", may_shrink=True),
    Column("数", right=True),
]
ROWS = st.lists(st.lists(st.text("a道路é 1", max_size=40), min_size=4, max_size=4), min_size=1, max_size=5)


def test_the_widest_text_gives_way_first():
    rows = [["key", "x" * 30, "y" * 10, "1,000"]]
    # 3 + 30 + 10 + 5 and three gaps of 2 are 54; 14 too many for 40, all taken from the 30
    assert fit_widths(COLUMNS, rows, 40) == [3, 16, 10, 5]
    assert fit_widths(COLUMNS, rows, 54) == [3, 30, 10, 5]
    # far too narrow: texts stop at 8, numbers and keys stay whole
    assert fit_widths(COLUMNS, rows, 10) == [3, LEAST, LEAST, 5]


@given(ROWS, st.integers(20, 120))
def test_columns_that_may_not_shrink_never_do(rows, width: int):
    widths = fit_widths(COLUMNS, rows, width)
    wide = fit_widths(COLUMNS, rows, 10_000)
    assert (widths[0], widths[3]) == (wide[0], wide[3])
    assert sum(widths) + GAP * 3 <= width or max(widths[1:3]) <= max(LEAST, *wide[1:3])
    assert all(now <= before for now, before in zip(widths, wide, strict=True))


def test_a_text_that_is_cut_says_so():
    table = fitted_table(COLUMNS, [3, 8, 8, 5], [["key", "一二三四五六", "short", "1,000"]], styles={})
    shown = io.StringIO()
    Console(width=60, file=shown).print(table)
    assert "一二三 …" in shown.getvalue()  # three characters are six columns, the mark the eighth
    assert "1,000" in shown.getvalue()
