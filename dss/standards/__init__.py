"""Values of the domain's standards, each with its source and its status."""

from dss.standards.reader import StandardsReader, StandardValue

__all__ = ["StandardValue", "StandardsReader"]
