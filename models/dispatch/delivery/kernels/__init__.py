"""Numba kernels of deliveries, on flat arrays."""
