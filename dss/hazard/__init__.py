"""What happens to the map: a hazard meets cells, roads and facilities and becomes an impact."""

from dss.hazard.cyclone import Track, Typhoon, read_profile_values
from dss.hazard.depth import (
    AssumedBands,
    Band,
    DeepestOf,
    DepthField,
    LoweredDepth,
    PolygonDepth,
    RasterDepth,
    ScaledDepth,
    depth_layer,
)
from dss.hazard.earthquake import Shaken, earthquake_impact
from dss.hazard.fire import Fire, Spread, drawn_fire, fire_impact, spreading_fire
from dss.hazard.flood import Flood, FloodRules, FloodStep, flood_impact, wade_through_water
from dss.hazard.ground import Facilities, Ground
from dss.hazard.hazard import Hazard, Measure, regular_steps, worst_value
from dss.hazard.impact import (
    MODES,
    REASONS,
    CellImpact,
    FacilityImpact,
    Impact,
    Mode,
    RoadImpact,
)
from dss.hazard.intensity import Earthquake, earthquake
from dss.hazard.polygon import PolygonHazard, PolygonRules, polygon_impact
from dss.hazard.toxic import ToxicRelease, Weather, guideline_levels, toxic_impact, widths_of
from dss.hazard.typhoon import TyphoonRules, typhoon_impact
from dss.hazard.zones import Zone

__all__ = [
    "MODES",
    "REASONS",
    "AssumedBands",
    "Band",
    "CellImpact",
    "DeepestOf",
    "DepthField",
    "Earthquake",
    "Facilities",
    "FacilityImpact",
    "Fire",
    "Flood",
    "FloodRules",
    "FloodStep",
    "Ground",
    "Hazard",
    "Impact",
    "LoweredDepth",
    "Measure",
    "Mode",
    "PolygonDepth",
    "PolygonHazard",
    "PolygonRules",
    "RasterDepth",
    "RoadImpact",
    "ScaledDepth",
    "Shaken",
    "Spread",
    "ToxicRelease",
    "Track",
    "Typhoon",
    "TyphoonRules",
    "Weather",
    "Zone",
    "depth_layer",
    "drawn_fire",
    "earthquake",
    "earthquake_impact",
    "fire_impact",
    "flood_impact",
    "guideline_levels",
    "polygon_impact",
    "read_profile_values",
    "regular_steps",
    "spreading_fire",
    "toxic_impact",
    "typhoon_impact",
    "wade_through_water",
    "widths_of",
    "worst_value",
]
