"""What a plan says beside its changes: what to import, what is not managed."""
