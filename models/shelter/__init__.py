"""Shelter allocation: who goes to which shelter."""

from models.progress import Enough, Listener, Progress
from models.shelter.aims import Aim, LongestTrip, ShareWithin, TotalTime, Weighed
from models.shelter.bound import dual_bound, shortage, whole_bound
from models.shelter.check import check
from models.shelter.exact import solve
from models.shelter.explaining.explain import Explanation, check_explanation, explain
from models.shelter.nearest import nearest_plan
from models.shelter.problem import Allocation, AllocationDecision
from models.shelter.replanning.replan import Told, follow, replan, told_anew
from models.shelter.whole.wholeness import Wholeness, price_of_wholeness

__all__ = [
    "Aim",
    "Allocation",
    "AllocationDecision",
    "Enough",
    "Explanation",
    "Listener",
    "LongestTrip",
    "Progress",
    "ShareWithin",
    "Told",
    "TotalTime",
    "Weighed",
    "Wholeness",
    "check",
    "check_explanation",
    "dual_bound",
    "explain",
    "follow",
    "nearest_plan",
    "price_of_wholeness",
    "replan",
    "shortage",
    "solve",
    "told_anew",
    "whole_bound",
]
