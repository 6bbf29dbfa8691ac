"""Reports: plans, results and findings as text, one module per format below ``formats/``."""
