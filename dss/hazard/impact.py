"""What a hazard does: cells to leave, edges closed or slowed, facilities lost. Hazard is not impact."""

from dataclasses import dataclass

from dss.arrays import BoolArray, FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Impact:
    """The hazard's effect on cells, roads and sites.

    Parameters
    ----------
    cell_depth_m
        Deepest water in each cell, shape (n cells,).
    cell_median_depth_m
        Depth that half of the cell's area is under, shape (n cells,): what one wades through on leaving.
    cell_share_flooded
        Share of each cell's area under water that people must leave, shape (n cells,).
    cell_affected
        Cells whose people must leave, shape (n cells,).
    road_depth_m
        Deepest water on each road feature, shape (n features,); 0 on bridges.
    drive_s, walk_s
        Time of each edge under the hazard, shape (n edges,); inf where closed.
    """

    cell_depth_m: FloatArray
    cell_median_depth_m: FloatArray
    cell_share_flooded: FloatArray
    cell_affected: BoolArray
    road_depth_m: FloatArray
    drive_s: FloatArray
    walk_s: FloatArray
