"""Makes a page of a template."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from persync.report.actions import CHANGE_SYMBOLS, OUTCOME_SYMBOLS, SYMBOLS, WARNING
from persync.report.pages.parts import path_markup, value_markup
from persync.report.printable import COLON_REFERENCE, printable, without_commands
from persync.report.wording import number

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).parent / "templates"
_SYMBOLS = {
    # a hyphen is hard to see
    str(name): symbol.replace("-", "\N{MINUS SIGN}")
    for symbols in (SYMBOLS, OUTCOME_SYMBOLS, CHANGE_SYMBOLS, {"warning": WARNING})
    for name, symbol in symbols.items()
}


def page(name: str, *, scripts: tuple[str, ...], provenance: Mapping[str, str | None], **values: object) -> str:
    """Return a page.

    Args:
        name: of its template, without the ending.
        scripts: its scripts, by their names in ``templates/``.
        provenance: what its foot shows, by name; what is empty is omitted.
        values: what the template shows.
    """
    style, script = _own("page.css"), Markup("\n").join(map(_own, scripts))
    text = (
        _environment()
        .get_template(f"{name}.html.jinja")
        .render(
            provenance={label: value for label, value in provenance.items() if value},
            style=style,
            script=script,
            policy=f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none';"
            " form-action 'none'",
            **values,
        )
    )
    return without_commands(text, COLON_REFERENCE)


def _own(name: str) -> Markup:
    return Markup((FOLDER / name).read_text(encoding="utf-8"))  # noqa: S704 - our own files


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"text": printable, "path": path_markup, "value": value_markup, "number": "{:,}".format}
    environment.globals |= {"symbols": _SYMBOLS, "counted": number}
    return environment
