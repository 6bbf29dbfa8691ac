"""The run of ``persync import``."""
