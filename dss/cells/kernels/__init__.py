"""Compiled loops over the cells that lines and outlines pass through."""
