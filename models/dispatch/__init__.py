"""Dispatch: vehicles and teams go where they are needed, with a proof of how good the plan is."""

from models.dispatch.buses.check import proven_s
from models.dispatch.buses.problem import BusDecision, BusEvacuation, BusPrices
from models.dispatch.delivery.parts import Changes, Demand, Fleet
from models.dispatch.delivery.problem import Delivery, DeliveryDecision
from models.dispatch.delivery.replan import replan
from models.dispatch.delivery.replanned import Replanned, check_replanned
from models.dispatch.delivery.solve import solve_delivery
from models.dispatch.solve import causes, check, solve
from models.dispatch.stock.problem import Stock, StockDecision

__all__ = [
    "BusDecision",
    "BusEvacuation",
    "BusPrices",
    "Changes",
    "Delivery",
    "DeliveryDecision",
    "Demand",
    "Fleet",
    "Replanned",
    "Stock",
    "StockDecision",
    "causes",
    "check",
    "check_replanned",
    "proven_s",
    "replan",
    "solve",
    "solve_delivery",
]
