"""The final document of a persister: all layers merged, variables replaced, in canonical form, with its origins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from persync.config.document import HEAD
from persync.config.fmt.write import Exact, Structure
from persync.config.rules.ignored import IGNORED
from persync.config.yaml.nodes import List, Scalar
from persync.importing.nesting import nested
from persync.origins.display import Display
from persync.properties.paths import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from persync.config.fmt.write import Tree
    from persync.config.layers.layered import Layered
    from persync.properties.secrets import SecretPolicy
    from persync.properties.shown import Visibility


@dataclass(frozen=True, slots=True)
class FinalDocument:
    """A persister as one document that needs no defaults, no overlays and no variables of the environment.

    Attributes:
        layered: where it comes from.
        fields: its fields in the documented order. Every value in it is a node with its position in the files.
        hidden: the scalars in it of which something is hidden.
    """

    layered: Layered
    fields: Mapping[str, Tree]
    hidden: Mapping[Scalar, Visibility]


def final_document(layered: Layered, policy: SecretPolicy) -> FinalDocument:
    """Return the final document of a persister.

    Args:
        layered: the persister, loaded without variables of the process (``load_layered``).
        policy: what is a secret.
    """
    display = Display(policy, layered.values)
    head, persister = layered.head(), layered.persister
    fields: dict[str, Tree] = {}
    for name in HEAD:
        if name in head and (name != VERSION or persister.app_version):
            field = display.field(head[name])
            fields[name] = Exact(field) if name == VERSION else field
    for section in layered.sections:
        found = ((setting.key, display.value(setting)) for setting in layered.settings(section))
        if entries := [(key, value) for key, value in found if value is not None]:
            fields[section.value] = nested(section, entries)
    if persister.ignored:
        globs = tuple(Scalar(glob.text, glob.span, plain=True) for glob in persister.ignored)
        fields[IGNORED] = Structure(List(globs, globs[0].span))
    return FinalDocument(layered, fields, display.hidden)
