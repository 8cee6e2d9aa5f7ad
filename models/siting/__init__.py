"""Siting: where to open shelters, stations, posts, depots, schools."""

from models.siting.causes import causes
from models.siting.certificate import certified_bound, objective_of
from models.siting.check import check
from models.siting.problem import (
    FacilityLocation,
    MaxCoverage,
    PCenter,
    PMedian,
    Problem,
    SetCover,
    SitingDecision,
)
from models.siting.proof import CapacityProof, Proof
from models.siting.solve import solve

__all__ = [
    "CapacityProof",
    "FacilityLocation",
    "MaxCoverage",
    "PCenter",
    "PMedian",
    "Problem",
    "Proof",
    "SetCover",
    "SitingDecision",
    "causes",
    "certified_bound",
    "check",
    "objective_of",
    "solve",
]
