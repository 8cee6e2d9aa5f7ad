"""Patients to hospitals with beds by class, proven."""
