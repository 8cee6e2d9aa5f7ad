"""The run as people read it: a page with a map in each language, from the run's own figures."""
