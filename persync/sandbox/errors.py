"""The exception that the sandbox raises to the program that starts it."""


class SandboxError(Exception):
    """The sandbox cannot do what was requested.

    Attributes:
        message: what is wrong, where (file:line:column, as far as it is in a file) and why.
        hint: what to do about it; empty if the message already says so.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
