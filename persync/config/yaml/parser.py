"""PyYAML's parsers, told to resolve nothing: no type is guessed, the source text is the value.

libyaml's is many times as fast as the one in Python, which stands in where PyYAML was built without libyaml.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from yaml.composer import Composer
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

if TYPE_CHECKING:
    from collections.abc import Callable

try:
    from yaml._yaml import CParser
except ImportError:  # pragma: no cover - PyYAML without libyaml
    CParser = None  # type: ignore[assignment,misc] # told apart below


class _Unresolved:
    """The resolver that both parsers call: no tag for anything, so that a tag on a node is one that was written."""

    def resolve(self, _kind: object, _value: object, _implicit: object) -> str:
        return ""

    def descend_resolver(self, _parent: object, _index: object) -> None:
        pass

    def ascend_resolver(self) -> None:
        pass


class PythonParser(_Unresolved, Reader, Scanner, Parser, Composer):
    """The parser in Python."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)


AnyParser: TypeAlias = "PythonParser"  # both have the same methods
new_parser: Callable[[str], AnyParser]

if CParser is None:  # pragma: no cover - PyYAML without libyaml
    new_parser = PythonParser
else:

    class LibyamlParser(_Unresolved, CParser):
        """The parser in C."""

    new_parser = LibyamlParser  # type: ignore[assignment] # same methods, no common base
