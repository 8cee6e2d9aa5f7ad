"""Decision models: arrays in, plan out; nothing here knows a file, a map or a web request."""

from models.plan import Limits, Plan, SolveReport, Termination, Violation

__all__ = ["Limits", "Plan", "SolveReport", "Termination", "Violation"]
