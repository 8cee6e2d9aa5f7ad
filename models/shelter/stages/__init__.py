"""Shelter over stages: communities stay together and move on as shelters close."""

from models.shelter.stages.check import check, price_bound
from models.shelter.stages.problem import Stages, StagesDecision
from models.shelter.stages.search import solve

__all__ = ["Stages", "StagesDecision", "check", "price_bound", "solve"]
