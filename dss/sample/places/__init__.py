"""Facilities of the sample city."""
