"""Journals of applies on the command line: writing one, listing them, and going back to before a run."""
