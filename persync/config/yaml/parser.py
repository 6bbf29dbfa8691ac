"""PyYAML's parsers without type resolution: the value of a scalar is its source text.

The parser of libyaml is many times as fast as the parser in Python, which is used where PyYAML was built without
libyaml. Both give the same result, apart from some malformed texts that only one of them refuses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from yaml.composer import Composer
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import yaml

try:
    from yaml._yaml import CParser
except ImportError:  # pragma: no cover - PyYAML without libyaml
    CParser = None  # type: ignore[assignment,misc] # checked below


class _Unresolved:
    """The resolver that both parsers call. It gives no tags, so a node has a tag only if the text has one."""

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


AnyParser: TypeAlias = "PythonParser"  # both parsers have the same methods
new_parser: Callable[[str], AnyParser]

if CParser is None:  # pragma: no cover - PyYAML without libyaml
    new_parser = PythonParser
else:

    class LibyamlParser(_Unresolved, CParser):
        """The parser in C."""

    new_parser = LibyamlParser  # type: ignore[assignment] # same methods, no common base


def compose(text: str) -> Iterator[yaml.Node]:
    """Yield the root node of each document.

    Raises:
        yaml.YAMLError: the text is not YAML.
    """
    parser = new_parser(text)
    while parser.check_node():
        node = parser.get_node()
        if node is not None:
            yield node


def parse(text: str) -> Iterator[yaml.Event]:
    """Yield the parser's events.

    Raises:
        yaml.YAMLError: the text is not YAML.
    """
    parser = new_parser(text)
    while parser.check_event():
        yield parser.get_event()  # type: ignore[no-untyped-call] # PyYAML's stubs have no types here


def scan(text: str) -> Iterator[yaml.Token]:
    """Yield the scanner's tokens.

    Raises:
        yaml.YAMLError: the text is not YAML.
    """
    parser = new_parser(text)
    while parser.check_token():
        yield parser.get_token()  # type: ignore[no-untyped-call] # PyYAML's stubs have no types here
