"""The configuration at a revision of git, and what earlier commits said."""
