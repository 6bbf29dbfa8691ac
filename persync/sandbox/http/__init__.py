"""The HTTP of the sandbox."""
