"""How long a persister is down, with a clock that ticks once at each reading."""

from itertools import count

import pytest

from persync.apply.downtime import Downtime
from persync.model import RunState

STATES = {"r": "RUNNING", "o": "RUNNING_BUT_OUTDATED", "s": "STOPPED", "g": "STOPPING", "d": "DEPLOYING", "f": "FAILED"}


@pytest.mark.parametrize(
    ("seen", "seconds"),
    [
        ("", None),  # nothing is known
        ("r", None),  # the STOP had no effect
        ("gsdr", 1),
        ("gsdrr", 1),  # the first look that showed it counts
        ("rgsdr", 2),  # a late look does not
        ("gsdrfr", 2),  # nor does one that did not hold
        ("gsdf", 1),  # up to now
        ("gsdo", 1),
    ],
)
def test_downtime(seen: str, seconds: float | None) -> None:
    ticks = count()
    downtime = Downtime(lambda: float(next(ticks)))
    downtime.saw(RunState.RUNNING)  # before the STOP
    downtime.begin()
    downtime.begin()
    for letter in seen:
        downtime.saw(RunState(STATES[letter]))
    assert downtime.seconds == seconds
