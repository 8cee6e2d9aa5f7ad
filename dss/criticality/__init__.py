"""Which single closure of a road costs people most on their way to the nearest site, and who has one way out.

    joined = join_people_and_sites(network, travel_time_s, people, sites)
    close_each(joined.access, joined.closures(rows))      # exact: every closure on its own
    estimate_losses(joined.access, joined.closures(rows), draws=500, seed=1, cut_off_s=7200)
    study_roads(onemap, standards, StudyRequest())        # all of it, from a map

See ``docs/models/network.md`` for the rules and ``benchmarks/criticality.py`` for the figures.
"""

from dss.criticality.access import Demand, SiteAccess
from dss.criticality.closures import Closures, Losses, close_each, single_roads
from dss.criticality.joining import Joined, join_people_and_sites
from dss.criticality.sampling import LossEstimate, estimate_losses
from dss.criticality.study import Study, StudyRequest, study_roads

__all__ = [
    "Closures",
    "Demand",
    "Joined",
    "LossEstimate",
    "Losses",
    "SiteAccess",
    "Study",
    "StudyRequest",
    "close_each",
    "estimate_losses",
    "join_people_and_sites",
    "single_roads",
    "study_roads",
]
