"""Values as they may be shown: variables of the environment replaced, references to the process kept, secrets hidden.

What is shown for a value that comes from the process is the reference of the file, such as ``${{ secret.PASSWORD }}``:
nothing of the process is read but what it offers as ``PERSYNC_VAR_…``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from persync.config.findings import Findings
from persync.config.flatten import Setting
from persync.config.fmt.parts import parts_of
from persync.config.fmt.write import Structure
from persync.config.process import Keeping
from persync.config.variables import OPENING, references_in, substitute
from persync.config.yaml.nodes import Entry, List, Map, Scalar, find, is_null, options_of, values_in
from persync.model import Kind, Span
from persync.properties.secrets import HIDDEN, is_placeholder, redact
from persync.properties.shown import ABSENT, ShownValue, Visibility
from persync.properties.structures import PathStep, leaves
from persync.properties.values import structure_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from persync.config.variables import Values
    from persync.config.yaml.nodes import Node
    from persync.model import LiveProperty, PropertyKey, SourceText
    from persync.properties.secrets import SecretPolicy

_NOWHERE = Span("", 1, 1)
Value: TypeAlias = "Scalar | Map | List | Structure"


@dataclass(slots=True)
class Display:
    """Shows values.

    Attributes:
        policy: what is a secret.
        values: of the references; those to the process are kept.
        hidden: the shown scalars of which something is hidden.
    """

    policy: SecretPolicy
    values: Values
    hidden: dict[Scalar, Visibility] = field(default_factory=dict)

    def field(self, text: SourceText) -> Scalar:
        """Return a field of the head, in which references are replaced already."""
        return self._shown(Scalar(text.text, text.span, plain=True), hide=False)

    def value(self, setting: Setting) -> Value | None:
        """Return the value of a property in its canonical form; ``None`` where overlays removed all of it."""
        key, node = setting.key, self._resolved(setting.value)
        if isinstance(node, Map) and not node.entries:
            return None
        covered = self.policy.covers(key)
        if isinstance(node, Scalar):
            parts = parts_of(key.definition, node.text) if key.definition and key.kind.has_parts else None
            if parts is None or covered:
                return self._text(key, node, hide=covered)
            node = _located(parts, node.span)
        shown = self._tree(node, (), covered=covered, is_item=key.kind is not Kind.STRUCTURE)
        if key.kind is Kind.STRUCTURE and not isinstance(shown, Scalar):
            return Structure(shown)
        return shown

    def refers(self, given: Setting | SourceText) -> bool:
        """Return whether a value refers to a variable of the process that may not be shown."""
        if not isinstance(given, Setting):
            return given.sensitive
        found = (each for each in values_in(given.value) if isinstance(each, Scalar))
        return any(references_in(resolved(each, self.values)) for each in found)

    def live(self, prop: LiveProperty) -> ShownValue:
        """Return a value of the live system on one line."""
        if prop.sensitive:
            return ShownValue(Visibility.HIDDEN)
        literal = Scalar(prop.text.replace(OPENING, f"${OPENING}"), _NOWHERE, plain=True)
        shown = self.on_a_line(self.value(Setting(prop.key, literal, _NOWHERE)))
        return shown._replace(text=shown.text.replace(f"${OPENING}", OPENING))

    def on_a_line(self, value: Value | None) -> ShownValue:
        """Return a value that is shown, on one line."""
        if value is None:
            return ABSENT
        node = value.node if isinstance(value, Structure) else value
        found = [self.hidden[each] for each in values_in(node) if isinstance(each, Scalar) and each in self.hidden]
        visibility = Visibility.TEXT
        if found:
            whole = isinstance(node, Scalar) and found == [Visibility.HIDDEN]
            visibility = Visibility.HIDDEN if whole else Visibility.REDACTED
        return ShownValue(visibility, "" if visibility is Visibility.HIDDEN else _line(node))

    def _resolved(self, node: Node) -> Node:
        if isinstance(node, Scalar):
            return node._replace(text=resolved(node, self.values))
        if isinstance(node, List):
            return node._replace(items=tuple(map(self._resolved, node.items)))
        return node._replace(entries=tuple(Entry(key, self._resolved(value)) for key, value in node.entries))

    def _tree(
        self, node: Node, path: tuple[PathStep, ...], *, covered: bool, is_item: bool = False, option: str = ""
    ) -> Node:
        """Return a tree with its secrets hidden; ``option`` is that in front of it in a list of arguments."""
        if isinstance(node, Scalar):
            return self._shown(node, hide=covered or self.policy.names_leaf(path, option))
        if isinstance(node, List):
            items = (
                self._tree(item, (*path, PathStep(_name_of(item, index), is_item=True)), covered=covered, option=option)
                for index, (option, item) in enumerate(zip(options_of(node), node.items, strict=True))
            )
            return node._replace(items=tuple(items))
        return node._replace(
            entries=tuple(
                Entry(key, self._tree(value, (*path, PathStep(key.text, is_item)), covered=covered))
                for key, value in node.entries
            )
        )

    def _text(self, key: PropertyKey, scalar: Scalar, *, hide: bool) -> Scalar:
        """Return the text of a property. It has parts, perhaps, that cannot be looked into: then it is hidden."""
        if hide or key.definition is None or not key.kind.has_parts:
            return self._shown(scalar, hide=hide)
        masked, _ = _masked(scalar.text)
        structure = structure_of(key.definition, masked)
        if structure is None:
            return self._shown(scalar, hide=self.policy.names(masked))
        secrets = [leaf.text for leaf in leaves(structure) if self.policy.names_leaf(leaf.path, leaf.option)]
        return self._shown(scalar, hide=False, secrets=[text for text in secrets if not is_placeholder(text)])

    def _shown(self, scalar: Scalar, *, hide: bool, secrets: Iterable[str] = ()) -> Scalar:
        masked, kept = _masked(scalar.text)
        if hide and _without(masked, kept) and not is_placeholder(masked):
            shown, visibility = HIDDEN, Visibility.HIDDEN
        else:
            shown, visibility = redact(masked, secrets), Visibility.REDACTED
        if shown == masked:
            return scalar
        for mark, reference in kept.items():
            shown = shown.replace(mark, reference)
        result = scalar._replace(text=shown, plain=False)
        self.hidden[result] = visibility
        return result


def resolved(scalar: Scalar, values: Values) -> str:
    """Return the text that a file could have in place of a scalar: references to the process stay, others do not."""
    text = scalar.text
    if OPENING not in text:
        return text
    parts, done = [], 0
    for reference in references_in(text):
        if isinstance(values.environ, Keeping) and values.environ.keeps(reference.source, reference.name):
            parts += [_literal(scalar, text[done : reference.start], values), text[reference.start : reference.stop]]
            done = reference.stop
    return "".join((*parts, _literal(scalar, text[done:], values)))


def _literal(scalar: Scalar, text: str, values: Values) -> str:
    """Return a part of a text with its references replaced, so that it is read as what it is."""
    replaced = substitute(scalar._replace(text=text), values, Findings())  # what is wrong was found when it was loaded
    return replaced.text.replace(OPENING, f"${OPENING}")


def _masked(text: str) -> tuple[str, dict[str, str]]:
    """Return a text with a placeholder for each reference, which no rule for secrets hides, and what they stand for."""
    kept: dict[str, str] = {}
    parts, done = [], 0
    for reference in references_in(text):
        mark = f"${{\0{len(kept)}}}"
        kept[mark] = text[reference.start : reference.stop]
        parts += [text[done : reference.start], mark]
        done = reference.stop
    return "".join((*parts, text[done:])), kept


def _without(text: str, marks: Iterable[str]) -> str:
    for mark in marks:
        text = text.replace(mark, "")
    return text


def _line(node: Node) -> str:
    """Return a tree on one line, for people."""
    if isinstance(node, Scalar):
        return "null" if is_null(node) else node.text
    if isinstance(node, List):
        return f"[{', '.join(map(_line, node.items))}]"
    return f"{{{', '.join(f'{key.text}: {_line(value)}' for key, value in node.entries)}}}"


def _located(node: Node, span: Span) -> Node:
    if isinstance(node, Scalar):
        return node._replace(span=span)
    if isinstance(node, List):
        return List(tuple(_located(item, span) for item in node.items), span)
    entries = (Entry(key._replace(span=span), _located(value, span)) for key, value in node.entries)
    return Map(tuple(entries), span)


def _name_of(item: Node, index: int) -> str:
    name = find(item, "name")
    return name.text if isinstance(name, Scalar) else str(index)
