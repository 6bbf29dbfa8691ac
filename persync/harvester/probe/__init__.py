"""Finds out why an API cannot be used, and how it behaves: for ``persync doctor``. Nothing here writes."""
