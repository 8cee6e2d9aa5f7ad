"""Cells that may be split: flows, the prices that prove them, and who finds a place at all."""
