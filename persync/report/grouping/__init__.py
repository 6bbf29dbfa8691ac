"""Persisters of a plan, a diff or a result that are alike, shown once: which are, and how they are named. Pure."""
