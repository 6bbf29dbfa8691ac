"""What persisters of the sandbox are and how they behave: pure functions."""
