"""The pauses between waves: a time, or a question on the terminal."""

from __future__ import annotations

import contextlib
import select
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from persync.cli.terminal import ask, say
from persync.errors import ConfigError
from persync.report.waves.wording import duration, names
from persync.report.wording import number
from persync.rollout import PROMPT

if TYPE_CHECKING:
    from threading import Event

    from persync.plan.parts.rollout import Wave
    from persync.rollout import Rollout

_INTERVAL = 0.2  # s, after which a signal is seen


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
    """

    cancelled: Event

    def __call__(self, wave: Wave) -> str:
        """Wait before a wave; return why it is not to be begun, empty if it is."""
        count = f"{number(len(wave.persisters), 'persister')} ({names(wave.persisters)})"
        if wave.pause != PROMPT:
            if wave.pause:
                say(f"waiting for {duration(wave.pause)} before the next {count}")
                self.cancelled.wait(wave.pause)
            return ""
        ask(f"\nGo on with the next {count}? Only 'yes' will be accepted.")
        with contextlib.suppress(OSError):  # as ``say``
            click.echo("Enter a value: ", nl=False, err=True)
        answer = self._answer()
        return "" if answer == "yes" or self.cancelled.is_set() else "the question was not answered with 'yes'"

    def _answer(self) -> str:
        """Return the next line of the terminal; empty at its end, or when it is cancelled."""
        while not self.cancelled.is_set():
            ready, _, _ = select.select([sys.stdin], [], [], _INTERVAL)
            if ready:
                return sys.stdin.readline().strip()
        return ""
