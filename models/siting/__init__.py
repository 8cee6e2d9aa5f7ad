"""Siting: where to open shelters, stations, posts, depots, schools."""

from models.progress import Enough, Listener, Progress
from models.siting.backup import BackupCoverage
from models.siting.causes import causes
from models.siting.certificate import certified_bound, objective_of
from models.siting.check import check
from models.siting.dispersion import Dispersion
from models.siting.hierarchy import Hierarchy, HierarchyDecision, Level
from models.siting.phases import PhasedDecision, Phases
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
from models.siting.robust import RobustCoverage, left_out, robust_value
from models.siting.rules import SiteRules, too_near
from models.siting.solve import solve

__all__ = [
    "BackupCoverage",
    "BoundBy",
    "CapacityProof",
    "Dispersion",
    "Enough",
    "FacilityLocation",
    "Hierarchy",
    "HierarchyDecision",
    "Level",
    "Listener",
    "MaxCoverage",
    "PCenter",
    "PMedian",
    "PhasedDecision",
    "Phases",
    "Problem",
    "Progress",
    "Proof",
    "RobustCoverage",
    "SetCover",
    "SiteRules",
    "SitingDecision",
    "causes",
    "certified_bound",
    "check",
    "left_out",
    "objective_of",
    "robust_value",
    "solve",
    "too_near",
]
