"""Make the live system what the files say, and prove it."""
