"""Vector tiles and the base map."""
