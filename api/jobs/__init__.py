"""Jobs: runs, what-ifs and siting studies, each in a process of its own, told of in a database."""

from api.jobs.pool import JobPool
from api.jobs.rows import JobStore
from api.jobs.tables import ENDED, OPEN, EventRow, JobRow, NewJob, State

__all__ = ["ENDED", "OPEN", "EventRow", "JobPool", "JobRow", "JobStore", "NewJob", "State"]
