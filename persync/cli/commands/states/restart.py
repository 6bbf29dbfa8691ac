"""``persync restart``."""

from persync.cli.commands.states.requested import state_command
from persync.plan.terms import StateRequest

command = state_command(
    StateRequest.RESTART,
    """Restart persisters with the configuration that they have.

    Configurations are neither compared nor changed, and no value of the files is needed. What is stopped is started
    only if the files configure it as RUNNING. The order is that of an apply: rollout in persync.yaml, or --canary,
    --batch and --max-unavailable.

    Example:
      persync restart 'webtracking/*' --max-unavailable 1

    Exit codes: 0 all of them run again; 1 an error, or something is blocked; 130 interrupted.
    """,
)
