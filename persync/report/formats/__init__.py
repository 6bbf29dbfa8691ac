"""The report formats: one module each, and the one table that they are chosen from.

A format's module is imported when it is chosen: a run that prints text needs no template engine.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from persync.report.renderer import FindingsRenderer, Renderer, RenderOptions


@dataclass(frozen=True, slots=True)
class Format:
    """A format for plans and results.

    Attributes:
        renderer: makes its renderer, and imports its module.
        from_top: it names files relative to the top of the repository, as the host that reads it does.
        has_commands: its lines are commands of a CI.
    """

    renderer: Callable[[RenderOptions], Renderer]
    from_top: bool = field(default=False, kw_only=True)
    has_commands: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class FindingsFormat(Format):
    """A format for plans, results and findings."""

    renderer: Callable[[RenderOptions], FindingsRenderer]


def _text(options: RenderOptions) -> FindingsRenderer:
    from persync.report.formats.text import TextRenderer  # noqa: PLC0415 - imported when chosen, like all of them

    return TextRenderer(options.color, options.persisters, options.ignored, options.width, options.expand)


def _json(options: RenderOptions) -> FindingsRenderer:
    from persync.report.formats.json import JsonRenderer  # noqa: PLC0415 - as above

    return JsonRenderer(options.persisters, options.ignored, options.environments)


def _markdown(options: RenderOptions) -> Renderer:
    from persync.report.formats.markdown import MarkdownRenderer  # noqa: PLC0415 - as above

    return MarkdownRenderer(options.markdown_limit, options.digest, options.expand)


def _html(options: RenderOptions) -> Renderer:
    from persync.report.formats.html import HtmlRenderer  # noqa: PLC0415 - as above

    return HtmlRenderer(options.digest, options.expand)


def _github(_: RenderOptions) -> FindingsRenderer:
    from persync.report.formats.github import GithubRenderer  # noqa: PLC0415 - as above

    return GithubRenderer()


def _sarif(_: RenderOptions) -> FindingsRenderer:
    from persync.report.formats.sarif import SarifRenderer  # noqa: PLC0415 - as above

    return SarifRenderer()


def _junit(_: RenderOptions) -> FindingsRenderer:
    from persync.report.formats.junit import JunitRenderer  # noqa: PLC0415 - as above

    return JunitRenderer()


def _gitlab_codequality(_: RenderOptions) -> FindingsRenderer:
    from persync.report.formats.gitlab_codequality import CodeQualityRenderer  # noqa: PLC0415 - as above

    return CodeQualityRenderer()


def _gitlab_terraform(_: RenderOptions) -> Renderer:
    from persync.report.formats.gitlab_terraform import TerraformRenderer  # noqa: PLC0415 - as above

    return TerraformRenderer()


FORMATS: Mapping[str, Format] = {
    "text": FindingsFormat(_text),
    "json": FindingsFormat(_json),
    "markdown": Format(_markdown),
    "html": Format(_html),
    "github": FindingsFormat(_github, from_top=True, has_commands=True),
    "sarif": FindingsFormat(_sarif, from_top=True),
    "junit": FindingsFormat(_junit, from_top=True),
    "gitlab-codequality": FindingsFormat(_gitlab_codequality, from_top=True),
    "gitlab-terraform": Format(_gitlab_terraform),
}
FORMATS_OF_FINDINGS: Mapping[str, FindingsFormat] = {
    name: chosen for name, chosen in FORMATS.items() if isinstance(chosen, FindingsFormat)
}
