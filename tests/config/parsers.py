"""Tests with both of PyYAML's parsers: that of libyaml, which is the default, and that in Python."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from persync.config.yaml import parser

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def python_parser() -> Iterator[None]:
    """Use the parser in Python, as persync does where PyYAML was built without libyaml."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parser, "new_parser", parser.PythonParser)
        yield
