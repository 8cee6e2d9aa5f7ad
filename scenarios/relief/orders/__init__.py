"""What drivers and depots are told: a sheet for each vehicle, a loading list for each depot."""

from scenarios.relief.orders.sheets import DepotList, Sheet, depot_lists, sheets_of
from scenarios.relief.orders.writing import write_orders

__all__ = ["DepotList", "Sheet", "depot_lists", "sheets_of", "write_orders"]
