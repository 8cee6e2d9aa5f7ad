"""Zones that stay together: relaxation, annealing, neighbourhoods, and what wholeness costs."""
