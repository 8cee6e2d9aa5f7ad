"""What people are told: when to leave, by which roads, to which shelter; and where police are needed."""

from scenarios.evacuation.orders.order import Order, Orders, Slot, orders_of
from scenarios.evacuation.orders.writing import write_orders

__all__ = ["Order", "Orders", "Slot", "orders_of", "write_orders"]
