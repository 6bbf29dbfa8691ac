"""Make the live system what the files configure, and verify it: one persister, many persisters, waits."""
