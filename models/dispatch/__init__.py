"""Dispatch: vehicles and teams go where they are needed, with a proof of how good the plan is."""

from models.dispatch.buses.causes import causes
from models.dispatch.buses.check import proven_s
from models.dispatch.buses.problem import BusDecision, BusEvacuation, BusPrices
from models.dispatch.solve import check, solve

__all__ = ["BusDecision", "BusEvacuation", "BusPrices", "causes", "check", "proven_s", "solve"]
