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
from models.siting.proof import BoundBy, CapacityProof, Proof
from models.siting.rules import SiteRules, too_near
from models.siting.solve import solve

__all__ = [
    "BoundBy",
    "CapacityProof",
    "FacilityLocation",
    "MaxCoverage",
    "PCenter",
    "PMedian",
    "Problem",
    "Proof",
    "SetCover",
    "SiteRules",
    "SitingDecision",
    "causes",
    "certified_bound",
    "check",
    "objective_of",
    "solve",
    "too_near",
]
