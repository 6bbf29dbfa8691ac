"""The run of ``persync export``."""
