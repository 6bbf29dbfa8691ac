"""The pauses between waves: a time, or a question on the terminal."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from persync.cli.terminal import ask, ask_for, say
from persync.errors import ConfigError
from persync.plan.events import PauseStarted
from persync.report.waves.wording import duration, names
from persync.report.wording import number
from persync.rollout import PROMPT

if TYPE_CHECKING:
    from threading import Event

    from persync.plan.events import Observer
    from persync.plan.parts.rollout import Wave
    from persync.rollout import Rollout


def check_pause(rollout: Rollout) -> None:
    """Check that a question can be asked, before anything is written.

    Raises:
        ConfigError: there is no terminal to ask on.
    """
    if rollout.pause == PROMPT and not sys.stdin.isatty():
        raise ConfigError(
            "pause is prompt, so the apply is to ask before each batch, and stdin is not a terminal",
            hint="give a time, such as --pause 60s, or --pause 0 to go on without a pause",
        )


@dataclass(frozen=True, slots=True)
class Pauses:
    """Waits before each wave but the first.

    Attributes:
        cancelled: ends a pause.
        observer: receives an event when a pause begins.
    """

    cancelled: Event
    observer: Observer

    def __call__(self, wave: Wave) -> str:
        """Wait before a wave; return why it is not to be begun, empty if it is."""
        count = f"{number(len(wave.persisters), 'persister')} ({names(wave.persisters)})"
        if wave.pause != PROMPT:
            if wave.pause:
                self.observer(PauseStarted(wave.pause))
                say(f"waiting for {duration(wave.pause)} before the next {count}")
                self.cancelled.wait(wave.pause)
            return ""
        self.observer(PauseStarted(None))
        ask(f"\nGo on with the next {count}? Only 'yes' will be accepted.")
        answer = ask_for("Enter a value: ", self.cancelled)
        return "" if answer == "yes" or self.cancelled.is_set() else "the question was not answered with 'yes'"
