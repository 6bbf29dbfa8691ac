"""Parts of a plan beside what differs: models, which reports read, and what decides about resets."""
