"""Compiled loops: they trust their arguments and release the interpreter lock."""
