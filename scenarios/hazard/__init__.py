"""The hazard of a scenario: what a file may say of it, and how it meets the map."""
