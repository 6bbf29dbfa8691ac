from __future__ import annotations

from persync.config.fmt.format import formatted
from tests.config.parsers import python_parser


def fmt(text: str) -> str:
    """Format with both parsers, and once more."""
    result = formatted(text.encode(), "f.yaml")
    assert result.findings == ()
    with python_parser():
        assert formatted(text.encode(), "f.yaml") == result
    assert formatted(result.data, "f.yaml") == result
    return result.data.decode()
