"""Errors planted in the sample city: about one record in twenty is wrong, and it is known which and how."""

from dss.sample.faults.planting import Delivery, plant_faults

__all__ = ["Delivery", "plant_faults"]
