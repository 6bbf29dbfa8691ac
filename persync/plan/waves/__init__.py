"""The order in which an apply changes persisters, and how long that takes at most. Pure."""
