"""Recorded fixes: what a person, or the audit, wants mended; replayed on originals that stay untouched."""

from dss.onemap.fixes.entries import Fixes, read_fixes
from dss.onemap.fixes.replay import FixResult, fix_map

__all__ = ["FixResult", "Fixes", "fix_map", "read_fixes"]
