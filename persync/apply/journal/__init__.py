"""The journal of an apply: what it was about to do, what it did, and what was there before. One file for each run."""
