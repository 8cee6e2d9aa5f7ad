"""Travel times on the road network: a customisable contraction hierarchy and batched sweeps.

    router = Router(network)                     # order and topology, once
    router.order.save(path)                      # Router(network, NodeOrder.load(path)) next time
    flooded = router.customise(travel_time_s)    # inf closes an edge; order and topology are shared
    flooded.travel_times(sources, targets)

See ``docs/models/routing.md`` for the mathematics and ``benchmarks/routing.py`` for the figures.
"""

from dss.routing.dissection import dissect
from dss.routing.nearest import Isochrone, Nearest
from dss.routing.order import NodeOrder
from dss.routing.paths import Paths
from dss.routing.router import Router

__all__ = ["Isochrone", "Nearest", "NodeOrder", "Paths", "Router", "dissect"]
