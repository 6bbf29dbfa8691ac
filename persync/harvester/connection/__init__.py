"""A connection to a server: its settings, how long an answer may take, and why there is none."""
