"""``persync stop``."""

from persync.cli.commands.states.requested import state_command
from persync.plan.terms import StateRequest

command = state_command(
    StateRequest.STOP,
    """Stop persisters; their events queue until they run again.

    The files decide nothing: configurations are neither compared nor changed, and no value of the files is needed. The
    next apply starts again what the files configure as RUNNING.

    Example:
      persync stop 'webtracking/*' --exclude webtracking/adobe-s3

    Exit codes: 0 all of them are stopped; 1 an error, or something is blocked; 130 interrupted.
    """,
)
