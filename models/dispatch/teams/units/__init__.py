"""Units to incidents now: who goes where, proven."""
