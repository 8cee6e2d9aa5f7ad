"""Shelter allocation: who goes to which shelter."""

from models.shelter.bound import dual_bound
from models.shelter.check import check
from models.shelter.exact import solve
from models.shelter.nearest import nearest_plan
from models.shelter.problem import Allocation, AllocationDecision

__all__ = ["Allocation", "AllocationDecision", "check", "dual_bound", "nearest_plan", "solve"]
