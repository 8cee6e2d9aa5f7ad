"""What happens to the map: a hazard meets cells, roads and facilities and becomes an impact."""

from dss.hazard.depth import (
    AssumedBands,
    Band,
    DeepestOf,
    DepthField,
    PolygonDepth,
    RasterDepth,
    depth_layer,
)
from dss.hazard.flood import FloodRules, flood_impact
from dss.hazard.impact import Impact

__all__ = [
    "AssumedBands",
    "Band",
    "DeepestOf",
    "DepthField",
    "FloodRules",
    "Impact",
    "PolygonDepth",
    "RasterDepth",
    "depth_layer",
    "flood_impact",
]
