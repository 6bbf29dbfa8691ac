"""The configuration at a revision of git, and in the commits before it."""
