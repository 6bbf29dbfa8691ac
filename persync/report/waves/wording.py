"""Phrases about waves and times that several formats share; each is one printable line."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from persync.report.printable import printable
from persync.report.wording import number
from persync.rollout import PROMPT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from persync.plan.parts.rollout import Longest, PlannedRollout, Wave, WaveMember
    from persync.plan.parts.timing import RunWave
    from persync.plan.result import PersisterResult

_MOST_NAMED = 5
_MOST_WAVES = 12
"""Waves that are shown one by one; the JSON and the HTML report have all."""
_MINUTE, _HOUR = 60, 3600
_IN_SECONDS = 10  # s; shorter times are shown with a decimal


def duration(seconds: float) -> str:
    """Return a time: ``0.4 s``, ``38 s``, ``4 min 5 s`` or ``2 h 10 min``; longer ones are rounded up."""
    if seconds < _IN_SECONDS:
        return f"{round(seconds, 1):g} s"
    whole = math.ceil(seconds)
    if whole >= _HOUR:
        hours, minutes = divmod(math.ceil(whole / _MINUTE), _MINUTE)
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    minutes, rest = divmod(whole, _MINUTE)
    parts = [f"{minutes} min"] if minutes else []
    return " ".join([*parts, f"{rest} s"] if rest or not minutes else parts)


def rollout_lines(rollout: PlannedRollout) -> Iterator[str]:
    """Yield a line about all, a line for each wave, and one about the longest; nothing where there is one wave only."""
    if not rollout.is_in_steps:
        return
    yield f"Rollout: {rollout_head(rollout)}"
    for index, wave in enumerate(rollout.waves[:_MOST_WAVES], 1):
        yield f"  {index}. {wave_text(wave)}"
    if len(rollout.waves) > _MOST_WAVES:
        yield f"  and {number(len(rollout.waves) - _MOST_WAVES, 'more wave')}"
    longest = max((member for wave in rollout.waves for member in wave.persisters), key=lambda member: member.seconds)
    yield f"  the longest: {printable(str(longest.id))}, {duration(longest.seconds)} at most ({parts(longest.longest)})"


def rollout_head(rollout: PlannedRollout) -> str:
    """Return ``12 persisters in 3 waves, at most 2 down at once (1 is before), 25 min at most``."""
    count = sum(len(wave.persisters) for wave in rollout.waves)
    texts = [f"{number(count, 'persister')} in {number(len(rollout.waves), 'wave')}"]
    if rollout.max_unavailable is not None:
        before = len(rollout.down)
        already = f" ({before:,} {'is' if before == 1 else 'are'} down before)" if before else ""
        texts.append(f"at most {rollout.max_unavailable:,} down at once{already}")
    asks = " and the time for answers" if any(wave.pause == PROMPT for wave in rollout.waves) else ""
    texts.append(f"{duration(rollout.seconds)} at most{asks}")
    return ", ".join(texts)


def wave_text(wave: Wave) -> str:
    """Return ``batch of 6, after a pause of 60 s: web/b, web/c and 4 more; 16 min at most``."""
    size = f" of {len(wave.persisters):,}" if len(wave.persisters) > 1 else ""
    pause = f", after {pause_text(wave)}" if wave.pause else ""
    return f"{wave.kind}{size}{pause}: {names(wave.persisters)}; {duration(wave.seconds)} at most"


def pause_text(wave: Wave | RunWave) -> str:
    """Return ``a question`` or ``a pause of 60 s``."""
    return "a question" if wave.pause == PROMPT else f"a pause of {duration(wave.pause)}"


def names(members: Sequence[WaveMember]) -> str:
    """Return the names of the first persisters of a wave, and how many more there are."""
    more = f" and {len(members) - _MOST_NAMED:,} more" if len(members) > _MOST_NAMED else ""
    return printable(", ".join(str(member.id) for member in members[:_MOST_NAMED])) + more


def parts(longest: Longest) -> str:
    """Return ``stop 2 min, update 1 min, readiness delay 10 s, start 2 min, settle 5 s``, without what is 0."""
    texts = {
        "stop": longest.stop,
        "update": longest.update,
        "readiness delay": longest.readiness_delay,
        "start": longest.start,
        "settle": longest.settle,
    }
    return ", ".join(f"{name} {duration(seconds)}" for name, seconds in texts.items() if seconds)


def downtimes_text(results: Sequence[PersisterResult]) -> str:
    """Return ``down for 12 s to 38 s`` for several persisters that ended alike; empty if none was taken down."""
    times = sorted(result.downtime for result in results if result.downtime is not None)
    if not times:
        return ""
    so_far = "" if results[0].is_up else " so far"
    return f"down for {' to '.join(dict.fromkeys(map(duration, (times[0], times[-1]))))}{so_far}"


def downtime_text(result: PersisterResult) -> str:
    """Return ``down for 38 s``, or that it still was at the end; empty if this run did not take it down."""
    if result.downtime is None:
        return ""
    return f"down for {duration(result.downtime)}{'' if result.is_up else ' so far'}"
