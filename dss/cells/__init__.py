"""From layers to cells: points, lines, areas, rasters and people on the hexagons of H3."""

from dss.cells.amounts import Amounts
from dss.cells.areas import cell_areas, cell_shares
from dss.cells.frame import CellColumn, CellFrame, CellTable, UnitNote, people_table
from dss.cells.lines import line_lengths
from dss.cells.parents import parents_of
from dss.cells.points import cells_of, count_points, group_points, sum_points
from dss.cells.population import RESIDENTS, People, PlacedPeople, index_population, place_people
from dss.cells.soundings import sample_points
from dss.cells.whole import whole_numbers

__all__ = [
    "RESIDENTS",
    "Amounts",
    "CellColumn",
    "CellFrame",
    "CellTable",
    "People",
    "PlacedPeople",
    "UnitNote",
    "cell_areas",
    "cell_shares",
    "cells_of",
    "count_points",
    "group_points",
    "index_population",
    "line_lengths",
    "parents_of",
    "people_table",
    "place_people",
    "sample_points",
    "sum_points",
    "whole_numbers",
]
