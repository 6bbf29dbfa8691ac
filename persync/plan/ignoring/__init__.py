"""What ``ignoreChanges`` leaves out of a comparison, and what a PUT sends so that it stays live."""
