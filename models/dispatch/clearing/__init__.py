"""Which blocked roads to open first, so that the most person-time is saved soonest."""
