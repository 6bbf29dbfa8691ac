"""Final documents as JSON; the schema is ``schemas/render.schema.json``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from persync.config.fmt.write import Exact, Structure
from persync.config.layers.layered import LayerKind
from persync.config.yaml.nodes import List, Map, Scalar
from persync.plan.document import Frozen, Id
from persync.properties.shown import Visibility

if TYPE_CHECKING:
    from collections.abc import Iterable

    from persync.config.fmt.write import Tree
    from persync.model import Span
    from persync.origins.document import FinalDocument


class Origin(Frozen):
    """Where a value is in the files, and what of it is shown.

    Attributes:
        file: as shown.
        line: from 1.
        column: from 1.
        layer: the kind of its layer.
        visibility: what of the value may be shown.
    """

    file: str
    line: int
    column: int
    layer: LayerKind
    visibility: Visibility


class RenderedPersister(Frozen):
    """A persister.

    Attributes:
        id: its identity.
        document: its final document; every value is a text.
        origins: where each value is in the files, by its JSON Pointer in the document (RFC 6901).
    """

    id: Id
    document: dict[str, Any]
    origins: dict[str, Origin]


class Rendering(Frozen):
    """The final documents of an environment.

    Attributes:
        format_version: of this model.
        kind: the kind of document.
        environment: its name; ``None``: no overlays, no variables.
        persisters: sorted by identity.
    """

    format_version: str = "1.0"
    kind: Literal["render"] = "render"
    environment: str | None
    persisters: tuple[RenderedPersister, ...]


def rendering_of(documents: Iterable[FinalDocument], environment: str | None) -> Rendering:
    """Return documents as a model for JSON."""
    return Rendering(environment=environment, persisters=tuple(map(_rendered, documents)))


def _rendered(document: FinalDocument) -> RenderedPersister:
    origins: dict[str, Origin] = {}

    def note(pointer: str, span: Span, visibility: Visibility = Visibility.TEXT) -> None:
        layer = document.layered.kind_of(span)
        origins[pointer] = Origin(
            file=str(span.file), line=span.line, column=span.column, layer=layer, visibility=visibility
        )

    def plain(tree: Tree, pointer: str) -> Any:
        if isinstance(tree, Structure | Exact):
            return plain(tree.node, pointer)
        if isinstance(tree, str):
            return tree
        if isinstance(tree, Scalar):
            note(pointer, tree.span, document.hidden.get(tree, Visibility.TEXT))
            return tree.text
        if isinstance(tree, List):
            if not tree.items:
                note(pointer, tree.span)
            return [plain(item, f"{pointer}/{index}") for index, item in enumerate(tree.items)]
        if isinstance(tree, Map):
            if not tree.entries:
                note(pointer, tree.span)
            tree = {key.text: value for key, value in tree.entries}
        return {key: plain(value, f"{pointer}/{_escaped(key)}") for key, value in tree.items()}

    fields = plain(document.fields, "")
    return RenderedPersister(id=document.layered.persister.id, document=fields, origins=origins)


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
