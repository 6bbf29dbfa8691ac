"""YAML text to nodes that keep source text and position. Independent of persisters."""
