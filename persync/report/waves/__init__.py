"""How reports show the rollout of a plan, and what became of it."""
