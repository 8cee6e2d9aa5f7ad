"""The map: layers, cells, roads, travel times, hazards, standards and storage."""
