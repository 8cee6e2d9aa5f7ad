"""The streets of the sample city, and what runs along and across them."""
