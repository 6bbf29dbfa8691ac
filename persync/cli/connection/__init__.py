"""The connection to the servers of an environment."""
