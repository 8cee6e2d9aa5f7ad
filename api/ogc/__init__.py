"""OGC API - Features, Core."""
