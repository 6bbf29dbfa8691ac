"""When what is done in a run."""
