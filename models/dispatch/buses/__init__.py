"""Buses bring people without a car to shelters, with a proof of how soon the last one can be done."""
