"""Where times are in a timeline, and its axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

WIDTH = 1000
"""How wide a timeline is."""
_NARROWEST = 3.0
"""Of a bar, of WIDTH: it has to be seen."""
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800)  # s, between two ticks
_MOST_TICKS = 5
_LAST_TICK = 92  # percent: its label has to fit


class Bar(NamedTuple):
    """A part of a row: what is done, and where it begins and how wide it is, of ``WIDTH``."""

    part: str
    x: float
    width: float


class Tick(NamedTuple):
    """A label of the axis, and where it is, in percent."""

    text: str
    x: float


@dataclass(frozen=True, slots=True)
class Scale:
    """Where times are in the timeline of a stretch.

    Attributes:
        start: seconds from the beginning of the run, at the left end.
        end: the same at the right end; larger.
    """

    start: float
    end: float

    def bar(self, name: str, start: float, end: float) -> Bar:
        """Return the bar of a time, which is wide enough to be seen."""
        width = max(round((end - start) / (self.end - self.start) * WIDTH, 1), _NARROWEST)
        x = round((start - self.start) / (self.end - self.start) * WIDTH, 1)
        return Bar(name, min(x, WIDTH - width), width)

    @property
    def ticks(self) -> list[Tick]:
        """The axis, in minutes and seconds from the beginning of the run."""
        length = self.end - self.start
        step = next((step for step in _STEPS if length / step <= _MOST_TICKS), _STEPS[-1] * 4)
        first = -int(-self.start // step)
        ticks = [
            Tick(clock(at * step), round((at * step - self.start) / length * 100, 1))
            for at in range(first, int(self.end // step) + 1)
        ]
        return [tick for tick in ticks if tick.x <= _LAST_TICK]


def clock(seconds: float) -> str:
    """Return a time as ``0:38``, ``12:05`` or ``1:02:30``."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
