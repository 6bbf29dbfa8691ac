"""When each part of a run began, and how long it took."""
