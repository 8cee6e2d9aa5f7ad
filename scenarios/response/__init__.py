"""Response in a scenario: units to incidents, patients to hospitals, cover, roads to open."""
