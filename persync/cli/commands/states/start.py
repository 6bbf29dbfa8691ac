"""``persync start``."""

from persync.cli.commands.states.requested import state_command
from persync.plan.terms import StateRequest

command = state_command(
    StateRequest.START,
    """Start persisters with the configuration that they have.

    The files decide nothing: configurations are neither compared nor changed, and no value of the files is needed. What
    runs already is left as it is; what has FAILED, or runs an older configuration than the stored one, is stopped
    first. The next apply stops again what the files configure as STOPPED.

    Example:
      persync start webtracking/snowplow-web

    Exit codes: 0 all of them run; 1 an error, or something is blocked; 130 interrupted.
    """,
)
