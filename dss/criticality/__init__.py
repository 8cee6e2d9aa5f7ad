"""Which single closure of a road costs people most on their way to the nearest site, and who has one way out.

    access = SiteAccess(network, travel_time_s, demand, site_s)
    losses = close_each(access, single_roads(rows))       # exact: every closure on its own
    estimate_losses(access, closures, draws=500, seed=1)  # sampled, with its error

See ``docs/models/network.md`` for the rules and ``benchmarks/criticality.py`` for the figures.
"""

from dss.criticality.access import Demand, SiteAccess
from dss.criticality.closures import Closures, Losses, close_each, single_roads
from dss.criticality.sampling import LossEstimate, estimate_losses
from dss.criticality.study import Study, StudyRequest, study_roads

__all__ = [
    "Closures",
    "Demand",
    "LossEstimate",
    "Losses",
    "SiteAccess",
    "Study",
    "StudyRequest",
    "close_each",
    "estimate_losses",
    "single_roads",
    "study_roads",
]
