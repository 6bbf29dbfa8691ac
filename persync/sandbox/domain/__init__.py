"""Pure functions and types of the sandbox: no files, no clock, no network."""
