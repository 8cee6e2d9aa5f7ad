"""The map under audit: its layers read once, and what several rules lay records over."""

from collections.abc import Callable, Hashable
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import shapely

from dss.onemap.audit.layer import AuditLayer, GeometryArray, read_layer
from dss.onemap.catalogue import Layer, OneMap
from dss.standards import StandardsReader

T = TypeVar("T")


class City:
    """A map's layers for the rules.

    Parameters
    ----------
    onemap
        The map.
    today
        The day by which ages are reckoned.
    """

    def __init__(self, onemap: OneMap, today: date) -> None:
        self.onemap = onemap
        self.today = today
        self.standards = StandardsReader()
        self._read: dict[str, AuditLayer] = {}
        self._made: dict[Hashable, Any] = {}
        self._areas: dict[str, shapely.Geometry | None] = {}

    def open(self, layer: Layer) -> AuditLayer:
        """Return a vector layer, read once."""
        if layer.key not in self._read:
            self._read[layer.key] = read_layer(self.onemap.folder, layer, self.onemap.crs)
        return self._read[layer.key]

    def vectors(self, *roles: str) -> list[AuditLayer]:
        """Return the vector layers of roles, in the catalogue's order."""
        return [
            self.open(layer) for layer in self.onemap.layers if layer.role in roles and layer.kind != "raster"
        ]

    def areas(self, *roles: str) -> GeometryArray:
        """Return every usable polygon of roles."""
        parts = [layer.usable[layer.polygonal] for layer in self.vectors(*roles)]
        return np.concatenate(parts) if parts else np.empty(0, dtype=object)

    def area_of(self, role: str) -> shapely.Geometry | None:
        """Return the union of a role's polygons, made once; None where the map has none."""
        if role not in self._areas:
            shapes = self.areas(role)
            self._areas[role] = shapely.union_all(shapes) if shapes.size else None
        return self._areas[role]

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what was made under a key before, else make it."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    @cached_property
    def roads(self) -> shapely.STRtree | None:
        """Every usable road, to be asked for the nearest; None where the map has none."""
        parts = [layer.usable[layer.placed] for layer in self.vectors("roads")]
        lines = np.concatenate(parts) if parts else np.empty(0, dtype=object)
        return shapely.STRtree(lines) if lines.size else None
