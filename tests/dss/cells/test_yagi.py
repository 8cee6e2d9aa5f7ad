"""Ten million people of northern Hainan and Leizhou keep their number (Kontur population, CC BY)."""

from pathlib import Path

import pytest
from grids import grid_map

from dss.cells import index_population, parents_of, people_table, to_parents
from dss.onemap import OneMap


@pytest.fixture(scope="module")
def region(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[OneMap, float]:
    return grid_map(tmp_path_factory.mktemp("yagi"), shared / "data" / "yagi_hainan" / "grid.json")


def test_ten_million_people_are_conserved_at_resolution_8(region: tuple[OneMap, float]):
    onemap, total = region
    cells = index_population(onemap, 8)
    assert total == pytest.approx(10.46e6, rel=0.01)  # as its source says
    assert cells.total_persons == round(total)
    assert cells.persons_outside == 0
    assert cells.units_left_out == 0


def test_parents_of_those_cells_hold_the_same_people(region: tuple[OneMap, float]):
    cells = index_population(region[0], 8)
    table = to_parents(people_table(cells, "persons"), 5)
    assert table.value_of("persons").sum() == cells.total_persons
    assert set(table.cell.tolist()) == set(parents_of(cells.cell, 5).tolist())
