"""Numba kernels of the shelter allocation, on flat arrays."""
