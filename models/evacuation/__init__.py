"""Evacuation: who leaves when, by which road, to which shelter, and a proof of how soon it can be over."""

from models.evacuation.capacities import beside_background, through_intersections
from models.evacuation.check import check
from models.evacuation.churn import Churn
from models.evacuation.cut import earliest_clearance, least_total_arrival, most_safe_by
from models.evacuation.lanes import LanePairs, Lanes, opposite_pairs
from models.evacuation.problem import ArrivalProof, Evacuation, EvacuationDecision, Groups, Objective
from models.evacuation.readiness import (
    Departures,
    departures,
    log_normal_curve,
    logistic_curve,
    rayleigh_curve,
    with_compliance,
)
from models.evacuation.replanning import Replanned, check_replan, replan
from models.evacuation.routes import FewRoutes, FewRule, few_routes
from models.evacuation.solve import solve
from models.evacuation.staging import Staging, queueing, stage
from models.evacuation.turning import Contraflow, check_contraflow, contraflow

__all__ = [
    "ArrivalProof",
    "Churn",
    "Contraflow",
    "Departures",
    "Evacuation",
    "EvacuationDecision",
    "FewRoutes",
    "FewRule",
    "Groups",
    "LanePairs",
    "Lanes",
    "Objective",
    "Replanned",
    "Staging",
    "beside_background",
    "check",
    "check_contraflow",
    "check_replan",
    "contraflow",
    "departures",
    "earliest_clearance",
    "few_routes",
    "least_total_arrival",
    "log_normal_curve",
    "logistic_curve",
    "most_safe_by",
    "opposite_pairs",
    "queueing",
    "rayleigh_curve",
    "replan",
    "solve",
    "stage",
    "through_intersections",
    "with_compliance",
]
