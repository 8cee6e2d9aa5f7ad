"""Which depot serves which stop with what, and who is short when there is not enough."""
