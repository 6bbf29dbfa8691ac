"""``persync restart``."""

from persync.cli.commands.requested import state_command
from persync.plan.terms import StateRequest

command = state_command(
    StateRequest.RESTART,
    """Restart persisters with the configuration that is stored: plan, ask, STOP, START, wait, and verify.

    SELECTOR is a shell pattern over project/event-type, such as 'webtracking/*'; '*' is all persisters of the files.

    Configurations are neither compared nor changed, and no value of the files is needed. What is stopped is started
    only if the files configure it as RUNNING. The order is that of an apply: rollout in persync.yaml, or --canary,
    --batch and --max-unavailable.

    Exit codes: 0 all of them run again; 1 an error, or something is blocked; 130 interrupted.
    """,
)
