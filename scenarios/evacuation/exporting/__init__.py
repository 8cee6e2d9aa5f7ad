"""A plan as input of traffic simulations that others trust: SUMO and MATSim."""

from scenarios.evacuation.exporting.matsim import write_matsim
from scenarios.evacuation.exporting.sumo import write_sumo

__all__ = ["write_matsim", "write_sumo"]
