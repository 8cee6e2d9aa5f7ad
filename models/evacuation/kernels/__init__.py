"""Compiled loops of the evacuation model."""
