"""Numba kernels of the shuttles."""
