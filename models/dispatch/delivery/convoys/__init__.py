"""Convoys: vehicles that drive together, planned as one and told apart again."""
