"""The generated sample city: an invented one map, laid out as a real one is, the same for the same seed."""

from dss.sample.delivery.truth import TRUTH_FILE
from dss.sample.write import ERRORS, write_sample

__all__ = ["ERRORS", "TRUTH_FILE", "write_sample"]
