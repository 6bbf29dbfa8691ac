"""What a property is: in the catalogue, in the files and in the live system."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from persync.model.identity import Section, Span


class Kind(StrEnum):
    """How the text of a value is read, and so when two texts are equal."""

    TEXT = "text"
    BOOL = "bool"
    """As Spring reads it in the app: ``true``, ``on``, ``yes``, ``1`` and their opposites."""
    FLAG = "flag"
    """``true`` or ``false`` in any case, and nothing else."""
    INT = "int"
    NUMBER = "number"
    QUANTITY = "quantity"
    BYTES = "bytes"
    """Mebibytes, or with the suffix ``m`` or ``g``."""
    DURATION = "duration"
    ENUM = "enum"
    STRUCTURE = "structure"
    """YAML in a string."""
    ASSIGNMENTS = "assignments"
    """``A=b,C='x,y'``"""
    PAIRS = "pairs"
    """``k:v,k2:v2``; further colons belong to the value."""
    LABELS = "labels"
    """``k:v,k2:v2``, of exactly two parts each."""
    INTS = "ints"
    """Comma-separated; a set."""
    NODE_PORT = "nodePort"
    """``true``, or the number of a port."""
    COMMAND = "command"
    """Arguments with spaces between them, in quotes where needed."""

    @property
    def has_parts(self) -> bool:
        """Whether a value of this kind has named parts."""
        return self in {Kind.STRUCTURE, Kind.ASSIGNMENTS, Kind.PAIRS, Kind.LABELS}


class Shape(StrEnum):
    """What a structure is."""

    LIST = "list"
    """Of maps."""
    MAP = "map"


class FieldType(StrEnum):
    """The type of a scalar in a structure, or of a map with names of any kind."""

    TEXT = "text"
    INT = "int"
    """Of 32 bits."""
    LONG = "long"
    """Of 64 bits."""
    BOOL = "bool"
    QUANTITY = "quantity"
    VARIABLE = "variable"
    """The name of an environment variable."""
    LABEL = "label"
    """A DNS label: a name of Kubernetes."""
    MAP = "map"
    """Texts by name."""


Fields: TypeAlias = "FieldType | Sequence[Fields] | Mapping[str, Fields]"
"""The type of a value in a structure: of a scalar, a list with the type of its items, or a map with those of its
fields.
"""


@dataclass(frozen=True, slots=True)
class Definition:
    """An entry of the catalogue of properties.

    Attributes:
        key: the documented spelling; for an entry that covers every key with a prefix, the prefix.
        kind: how its value is read.
        description: what it is for.
        minimum, maximum: the range of a number, inclusive.
        not_empty: the empty text is refused.
        choices: the values of an enum.
        default: the default of the app or the deployer, as text; a server may have its own.
        ignores_case: an enum is read without regard to upper and lower case.
        relaxed: of an enum's text, only letters and digits are read, without regard to case.
        otherwise: the choice that is taken for any other text, without a word.
        shape: what a structure is; ``None`` for other kinds.
        fields: the fields of a structure that the deployer knows, with their types; ``None`` where they are not known.
        identity: the fields that match the items of a list with their counterparts; without it, order counts.
        unit: of a number that is a time: ``ms`` or ``s``.
        since: the first release that reads it, if older ones ignore it.
        no_effect: why it is never read.
        reference: its value names a secret and is not a secret itself.
        takes_list: its value may be a list in a file.
    """

    key: str
    kind: Kind
    description: str
    minimum: float | None = None
    maximum: float | None = None
    not_empty: bool = False
    choices: tuple[str, ...] = ()
    ignores_case: bool = False
    relaxed: bool = False
    otherwise: str | None = None
    shape: Shape | None = None
    fields: Fields | None = field(default=None, hash=False, repr=False)
    default: str | None = None
    identity: tuple[str, ...] = ()
    unit: str | None = None
    since: str | None = None
    no_effect: str | None = None
    reference: bool = False
    takes_list: bool = False


@dataclass(frozen=True, slots=True)
class PropertyKey:
    """The identity of a property, resolved once where it enters: from a file or from an answer of the API.

    Made by ``persync.properties.catalogue.identify`` only, which returns the same object for the same spelling.

    Attributes:
        section: the configuration map that it is in.
        source: the key as the file or the API spells it.
        form: the relaxed form; two keys of a section are the same property if their forms are equal.
        definition: the catalogue's entry, if there is one.
        canonical: the documented spelling of this key, if there is one.
    """

    section: Section
    source: str
    form: str
    definition: Definition | None = None
    canonical: str | None = None

    def __hash__(self) -> int:
        """Return the hash of the source: keys with the same source differ at most in section, and caches are quick."""
        return hash(self.source)

    @property
    def spelling(self) -> str:
        """The documented spelling, or the one of the source where none is documented."""
        return self.canonical or self.source

    @property
    def kind(self) -> Kind:
        """How its value is read; a property that the catalogue does not have is text."""
        return self.definition.kind if self.definition else Kind.TEXT


@dataclass(frozen=True, slots=True)
class SourceText:
    """A text of a file after substitution.

    Attributes:
        text: the text. Not in the ``repr``: it may be a secret.
        span: where it is.
        secrets: what ``${{ secret.X }}`` brought into it. Not in the ``repr`` either.
    """

    text: str = field(repr=False)
    span: Span
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def sensitive(self) -> bool:
        """Whether it is hidden, whatever it is the value of."""
        return bool(self.secrets)


@dataclass(frozen=True, slots=True)
class Property(SourceText):
    """A property in the files: the value as it is sent, where it is, and its key."""

    key: PropertyKey = field(kw_only=True)


class PropertyGlob(NamedTuple):
    """A glob over the paths of properties: an entry of ``ignoreChanges``, and where it is.

    See ``persync.properties.paths`` for what it covers.
    """

    text: str
    span: Span


class LiveProperty(NamedTuple):
    """A property of the live system.

    Attributes:
        key: its key.
        text: its value.
        secrets: the credentials of this session that the server put into the value; of a GrApp folder, the references
            to variables in it.
    """

    key: PropertyKey
    text: str
    secrets: tuple[str, ...] = ()

    @property
    def sensitive(self) -> bool:
        """Whether it is hidden, whatever its key is."""
        return bool(self.secrets)

    def __repr__(self) -> str:
        """Return the key alone: the value may be a secret."""
        return f"LiveProperty({self.key.source})"
