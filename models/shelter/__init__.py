"""Shelter allocation: who goes to which shelter."""

from models.shelter.aims import Aim, LongestTrip, ShareWithin, TotalTime, Weighed
from models.shelter.bound import dual_bound, shortage, whole_bound
from models.shelter.check import check
from models.shelter.exact import solve
from models.shelter.nearest import nearest_plan
from models.shelter.problem import Allocation, AllocationDecision

__all__ = [
    "Aim",
    "Allocation",
    "AllocationDecision",
    "LongestTrip",
    "ShareWithin",
    "TotalTime",
    "Weighed",
    "check",
    "dual_bound",
    "nearest_plan",
    "shortage",
    "solve",
    "whole_bound",
]
