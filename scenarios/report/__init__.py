"""The run as people read it: a page with a map in each language, from the run's own figures."""

from scenarios.report.write import write_reports

__all__ = ["write_reports"]
