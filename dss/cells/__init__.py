"""From layers to cells: points, lines, areas, rasters and people on the hexagons of H3."""

from dss.cells.aggregating import to_parents
from dss.cells.amounts import Amounts
from dss.cells.areas import cell_areas, cell_shares
from dss.cells.categories import area_by_code, majority
from dss.cells.exporting import read_cells, write_cells
from dss.cells.frame import CellColumn, CellFrame, CellTable, UnitNote, people_table
from dss.cells.layers import LayerCells, layer_table
from dss.cells.lines import line_lengths
from dss.cells.parents import parents_of
from dss.cells.points import cells_of, count_points, group_points, sum_points
from dss.cells.population import (
    FIELD_OF_GROUP,
    RESIDENTS,
    Group,
    People,
    PlacedPeople,
    index_population,
    people_points,
    place_people,
)
from dss.cells.rasters import raster_table
from dss.cells.soundings import sample_points
from dss.cells.whole import whole_numbers

__all__ = [
    "FIELD_OF_GROUP",
    "RESIDENTS",
    "Amounts",
    "CellColumn",
    "CellFrame",
    "CellTable",
    "Group",
    "LayerCells",
    "People",
    "PlacedPeople",
    "UnitNote",
    "area_by_code",
    "cell_areas",
    "cell_shares",
    "cells_of",
    "count_points",
    "group_points",
    "index_population",
    "layer_table",
    "line_lengths",
    "majority",
    "parents_of",
    "people_points",
    "people_table",
    "place_people",
    "raster_table",
    "read_cells",
    "sample_points",
    "sum_points",
    "to_parents",
    "whole_numbers",
    "write_cells",
]
