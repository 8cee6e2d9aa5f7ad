"""A rule of the audit: its stable code, what it asks of a layer, and the function that finds its faults."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from dss.onemap.audit.city import City
from dss.onemap.audit.hits import Found, Severity, Unclear
from dss.onemap.catalogue import Layer
from dss.onemap.roles import Kind

Find = Callable[[City, Layer], Iterable[Found]]
VECTOR: Final[frozenset[Kind]] = frozenset({"point", "line", "polygon"})
AREA: Final[frozenset[Kind]] = frozenset({"polygon"})


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule.

    Parameters
    ----------
    code
        Stable name, for instance ``GEOM_EMPTY``; texts and fixes are found by it.
    severity
        ``error``, ``warning`` or ``info``.
    find
        Yields what is wrong with one layer.
    roles
        Roles of the layers that it judges; None for all.
    kinds
        Kinds of layer that it judges.
    fields
        Our names of the fields without which it cannot run on a layer.
    needs
        Roles of which the map must have one, each an alternative of several.
    """

    code: str
    severity: Severity
    find: Find
    roles: frozenset[str] | None = None
    kinds: frozenset[Kind] = VECTOR
    fields: tuple[str, ...] = ()
    needs: tuple[tuple[str, ...], ...] = ()

    def judges(self, layer: Layer) -> bool:
        """Tell whether the rule is about this layer: by its role, else by its kind."""
        return layer.kind in self.kinds if self.roles is None else layer.role in self.roles

    def obstacle(self, city: City, layer: Layer) -> Unclear | None:
        """Return why the rule cannot run on a layer that it is about; None where it can."""
        if layer.kind not in self.kinds:
            return Unclear("other_kind", {"kind": layer.kind})
        for field in self.fields:
            if field not in layer.fields and field not in layer.assumed:
                return Unclear("field_unbound", {"field": field})
        for roles in self.needs:
            if not any(other.kind != "raster" for role in roles for other in city.onemap.role(role)):
                return Unclear("role_missing", {"roles": ", ".join(roles)})
        return None
