"""Values as they may be shown: what is hidden is hidden here, before any report."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from persync.properties.secrets import HIDDEN, Hide, is_placeholder, passwords_in, redact

HIDDEN_CHANGED = "(sensitive, changed)"


class Visibility(StrEnum):
    """What of a value may be shown."""

    ABSENT = "absent"
    """There is no value."""
    TEXT = "text"
    """The value as it is."""
    REDACTED = "redacted"
    """The value, with the passwords inside it redacted."""
    HIDDEN = "hidden"
    HIDDEN_CHANGED = "hidden-changed"
    """Hidden, and another value than the hidden one before."""


class ShownValue(NamedTuple):
    """A value as it may be shown: hidden by its type, not by a text that looks hidden.

    Attributes:
        visibility: what of it may be shown.
        text: the value; empty where it is absent or hidden.
    """

    visibility: Visibility
    text: str = ""

    @property
    def is_hidden(self) -> bool:
        """Whether nothing of it may be shown."""
        return self.visibility in {Visibility.HIDDEN, Visibility.HIDDEN_CHANGED}

    @property
    def is_sensitive(self) -> bool:
        """Whether the value, or a part of it, is hidden."""
        return self.is_hidden or self.visibility is Visibility.REDACTED

    @property
    def display(self) -> str | None:
        """What is shown in its place; ``None`` if there is no value."""
        match self.visibility:
            case Visibility.ABSENT:
                return None
            case Visibility.HIDDEN:
                return HIDDEN
            case Visibility.HIDDEN_CHANGED:
                return HIDDEN_CHANGED
        return self.text


ABSENT = ShownValue(Visibility.ABSENT)


def shown_change(before: str | None, after: str | None, hide: Hide) -> tuple[ShownValue, ShownValue]:
    """Return the two values of a change as they may be shown; that they differ shows even where both are hidden."""
    shown_before, shown_after = _shown(before, hide), _shown(after, hide)
    if shown_before == shown_after or (before and after and passwords_in(before) != passwords_in(after)):
        shown_after = _shown(after, hide, changed=True)
    return shown_before, shown_after


def _shown(text: str | None, hide: Hide, *, changed: bool = False) -> ShownValue:
    if text is None:
        return ABSENT
    if text and (hide is Hide.ALWAYS or (hide is Hide.UNLESS_PLACEHOLDER and not is_placeholder(text))):
        return ShownValue(Visibility.HIDDEN_CHANGED if changed else Visibility.HIDDEN)
    shown = redact(text, mark=HIDDEN_CHANGED if changed else HIDDEN)
    return ShownValue(Visibility.TEXT if shown == text else Visibility.REDACTED, shown)
