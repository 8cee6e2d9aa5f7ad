"""Evacuation: who leaves when, by which road, to which shelter, and a proof of how soon it can be over."""

from models.evacuation.check import check
from models.evacuation.cut import earliest_clearance, least_total_arrival, most_safe_by
from models.evacuation.lanes import LanePairs, Lanes, opposite_pairs
from models.evacuation.problem import ArrivalProof, Evacuation, EvacuationDecision, Groups, Objective
from models.evacuation.solve import solve
from models.evacuation.turning import Contraflow, check_contraflow, contraflow

__all__ = [
    "ArrivalProof",
    "Contraflow",
    "Evacuation",
    "EvacuationDecision",
    "Groups",
    "LanePairs",
    "Lanes",
    "Objective",
    "check",
    "check_contraflow",
    "contraflow",
    "earliest_clearance",
    "least_total_arrival",
    "most_safe_by",
    "opposite_pairs",
    "solve",
]
