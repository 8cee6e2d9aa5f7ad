"""What happens: a scenario file becomes a run with a checked plan and a report."""
