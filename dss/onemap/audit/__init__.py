"""Audit of a one map: which records are wrong, whose they are, and how to mend them."""

from dss.onemap.audit.audit import Audit, check_map
from dss.onemap.audit.files import write_audit
from dss.onemap.audit.history import Check, read_history
from dss.onemap.audit.propose import propose_fixes
from dss.onemap.audit.rules import RULES
from dss.onemap.audit.score import Score

__all__ = ["RULES", "Audit", "Check", "Score", "check_map", "propose_fixes", "read_history", "write_audit"]
