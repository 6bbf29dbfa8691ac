"""Rules of a team, as JSON Schemas, for what the files configure."""
