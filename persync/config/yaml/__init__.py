"""YAML text to nodes that keep source text and position. Knows nothing of persisters."""
