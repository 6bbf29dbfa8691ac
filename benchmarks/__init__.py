"""How fast persync is, measured against a bare loop of the same requests in the same run: ``python -m benchmarks``."""
