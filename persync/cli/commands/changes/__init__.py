"""Commands about changes: what differs, what is applied, and what was."""
