"""Planning again after something changed."""
