"""Faces of the program: command line, HTTP, jobs, people and rights."""
