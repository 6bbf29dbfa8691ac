"""The runs of ``persync render`` and ``persync explain``."""
