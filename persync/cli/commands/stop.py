"""``persync stop``."""

from persync.cli.commands.requested import state_command
from persync.plan.terms import StateRequest

command = state_command(
    StateRequest.STOP,
    """Stop persisters: plan, ask, STOP, wait, and verify. Their events queue until they run again.

    SELECTOR is a shell pattern over project/event-type, such as 'webtracking/*'; '*' is all persisters of the files.

    Configurations are neither compared nor changed, and no value of the files is needed. The next apply starts again
    what the files configure as RUNNING.

    Exit codes: 0 all of them are stopped; 1 an error, or something is blocked; 130 interrupted.
    """,
)
