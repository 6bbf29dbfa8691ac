"""The one exception that the sandbox raises to whoever starts it."""


class SandboxError(Exception):
    """The sandbox cannot do what it was asked. The message is complete: what, where (file:line) and what to do."""
