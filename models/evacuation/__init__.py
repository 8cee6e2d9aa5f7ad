"""Evacuation: who leaves when, by which road, to which shelter, and a proof of how soon it can be over."""

from models.evacuation.check import check
from models.evacuation.cut import earliest_clearance, most_safe_by
from models.evacuation.problem import Evacuation, EvacuationDecision, Groups, Objective
from models.evacuation.solve import solve

__all__ = [
    "Evacuation",
    "EvacuationDecision",
    "Groups",
    "Objective",
    "check",
    "earliest_clearance",
    "most_safe_by",
    "solve",
]
