"""Dispatch: vehicles and teams go where they are needed, with a proof of how good the plan is."""

from models.dispatch.again import check_replanned, replan
from models.dispatch.buses.check import proven_s
from models.dispatch.buses.problem import BusDecision, BusEvacuation, BusPrices
from models.dispatch.clearing.problem import Clearing, ClearingDecision
from models.dispatch.delivery.convoys.replan import derive_with_convoys as derive_replanned
from models.dispatch.delivery.parts import Changes, Demand, Fleet
from models.dispatch.delivery.problem import Delivery, DeliveryDecision
from models.dispatch.delivery.replanned import Replanned
from models.dispatch.shuttles.problem import Shuttles, ShuttlesDecision, Trips
from models.dispatch.solve import causes, check, solve
from models.dispatch.stock.problem import Stock, StockDecision
from models.dispatch.teams.patients.causes import PATIENT_CAUSES, patient_causes
from models.dispatch.teams.patients.problem import Patients, PatientsDecision
from models.dispatch.teams.relocation.bound import cover_bound, lacking_bound
from models.dispatch.teams.relocation.causes import RESERVE_CAUSES, reserve_causes
from models.dispatch.teams.relocation.problem import Relocation, RelocationDecision
from models.dispatch.teams.relocation.reserve import Reserve
from models.dispatch.teams.units.causes import TEAM_CAUSES, team_causes
from models.dispatch.teams.units.changes import DIVERSION_S, Further, TeamsChanges
from models.dispatch.teams.units.problem import Needs, Teams, TeamsDecision
from models.dispatch.teams.units.replan import TeamsReplanned, derive_teams

__all__ = [
    "DIVERSION_S",
    "PATIENT_CAUSES",
    "RESERVE_CAUSES",
    "TEAM_CAUSES",
    "BusDecision",
    "BusEvacuation",
    "BusPrices",
    "Changes",
    "Clearing",
    "ClearingDecision",
    "Delivery",
    "DeliveryDecision",
    "Demand",
    "Fleet",
    "Further",
    "Needs",
    "Patients",
    "PatientsDecision",
    "Relocation",
    "RelocationDecision",
    "Replanned",
    "Reserve",
    "Shuttles",
    "ShuttlesDecision",
    "Stock",
    "StockDecision",
    "Teams",
    "TeamsChanges",
    "TeamsDecision",
    "TeamsReplanned",
    "Trips",
    "causes",
    "check",
    "check_replanned",
    "cover_bound",
    "derive_replanned",
    "derive_teams",
    "lacking_bound",
    "patient_causes",
    "proven_s",
    "replan",
    "reserve_causes",
    "solve",
    "team_causes",
]
