"""What every report format implements: one renderer, for plans and results, and perhaps for findings."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from persync.errors import Finding
    from persync.plan.plan import Plan
    from persync.plan.result import Result

# How many characters the comments of a host may have.
HOST_LIMITS: Mapping[str, int] = MappingProxyType(
    {"github": 65_536, "gitlab": 1_000_000, "azure": 150_000, "bitbucket": 32_768}
)


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """The options of all formats; each format uses those that it needs.

    Attributes:
        color: text gets ANSI colours.
        markdown_limit: how many characters a Markdown report may have.
        digest: of the saved plan, to be shown; empty if there is no plan.
        persisters: how many persisters were checked, for the summary of findings.
        ignored: how many warnings comments in the files accept.
        environments: those that the files were checked for.
        width: of the terminal that text is for, in columns; ``None`` for a file or a log.
        expand: each persister is shown by itself, also where several are alike.
    """

    color: bool = False
    markdown_limit: int = HOST_LIMITS["github"]
    digest: str = ""
    persisters: int = 0
    ignored: int = 0
    environments: tuple[str, ...] = ()
    width: int | None = None
    expand: bool = False


class Renderer(Protocol):
    """Renders plans and results in one format."""

    def plan(self, plan: Plan) -> str:
        """Return a plan, or a diff, which is a plan without a live side and steps."""

    def result(self, result: Result) -> str:
        """Return the result of an apply."""


class FindingsRenderer(Renderer, Protocol):
    """Renders the findings of ``persync validate`` too."""

    def findings(self, findings: Sequence[Finding]) -> str:
        """Return the findings, which are in the order of files and lines."""
