"""Numba kernels of the bus evacuation."""
