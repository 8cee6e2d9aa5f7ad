"""Idle units move to stations from which they cover the next call, with a bound."""
