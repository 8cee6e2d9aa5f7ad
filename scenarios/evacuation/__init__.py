"""Evacuation in a scenario: who leaves when by which means, proven, compared and told."""
