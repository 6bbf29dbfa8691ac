"""The canonical form of a file with persisters."""
