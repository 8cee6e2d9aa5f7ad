"""Who is where and can do what when a plan is made, first or again, and the parts that are planned from it.

Index names: ``u`` units, ``i`` incidents, ``h`` hospitals, ``a`` ambulances of the fleet, ``t`` trips.
"""

from dataclasses import dataclass

import numpy as np

from dss.access import Access
from dss.arrays import BoolArray, FloatArray, IntArray
from models import Limits
from scenarios.response.ground import Ways
from scenarios.response.places import Spots
from scenarios.response.record import Posts, Rules
from scenarios.response.reserving import HomeDistricts


@dataclass(frozen=True, slots=True, eq=False)
class Muster:
    """Who is where and can do what.

    Parameters
    ----------
    homes, home_at
        Where units may stand, and how that joins the roads.
    kind
        Of each unit, place in ``KINDS``, shape (u,).
    off_s
        When each one's shift ends, shape (u,).
    able
        Units that can be told to do something, shape (u,): not lost, not clearing a road.
    posts
        Where units are, where they belong, and when they can set off.
    incidents, called_s
        Where incidents are, and when they were called in, (i,).
    hospitals, beds
        Where hospitals are, and their free beds by kind, (h, b).
    waiting
        Patients who wait by class, (i, c).
    districts
        Which home is in which district.
    """

    ways: Ways
    rules: Rules
    homes: Spots
    home_at: Access
    kind: IntArray
    off_s: FloatArray
    able: BoolArray
    posts: Posts
    incidents: Spots
    incident_at: Access
    called_s: FloatArray
    hospitals: Spots
    hospital_at: Access
    beds: IntArray
    waiting: IntArray
    districts: HomeDistricts

    @property
    def limits(self) -> Limits:
        """How long each search may take."""
        return Limits(self.rules.search_s, 1e-6)


@dataclass(frozen=True, slots=True, eq=False)
class Fleet:
    """Ambulances that fetch patients, shape (a,) each: unit, where from, from when on."""

    unit: IntArray
    at: Access
    ready_s: FloatArray


def rows_of(access: Access, rows: IntArray) -> Access:
    """Return some places on the roads, in the order given."""
    return Access(access.edge[rows], access.share[rows], access.distance_m[rows], access.reached[rows])


def joined(*parts: Access) -> Access:
    """Return places on the roads one after the other."""
    return Access(
        *(np.concatenate([getattr(part, name) for part in parts])
          for name in ("edge", "share", "distance_m", "reached"))
    )  # fmt: skip
