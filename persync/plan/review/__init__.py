"""What a plan says beside its changes. Pure, but for the reading of lists."""
