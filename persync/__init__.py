"""persync keeps the persisters of a Granary installation as files in git: plan what differs, apply it, verify it."""

__version__ = "0.1.0"
