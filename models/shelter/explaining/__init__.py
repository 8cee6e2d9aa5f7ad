"""Why people find no place, and what mends it."""
