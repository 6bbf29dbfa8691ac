"""The rollout of an apply: its options, its waves in the plan, and its pauses."""
