"""Which layer gives each value of a persister; in JSON, the schema is ``schemas/explanation.schema.json``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from persync.config.document import HEAD
from persync.config.flatten import Setting
from persync.config.layers.layered import LayerKind
from persync.config.rules.ignored import IGNORED
from persync.model import Section
from persync.origins.chain import Chain, Step, chains, field_steps, variables_of
from persync.origins.display import Display
from persync.origins.lookup import Field, Part, divided, find_anywhere
from persync.plan.document import Frozen, Id
from persync.properties.catalogue import identify
from persync.properties.keys import relaxed_form
from persync.properties.paths import VERSION, covers_key, glob_covers_version
from persync.properties.shown import ABSENT, ShownValue, Visibility

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from persync.config.layers.layered import Layered
    from persync.model import PropertyGlob, PropertyKey, SourceText, Span
    from persync.properties.secrets import SecretPolicy


class Place(Frozen):
    """A place in the files: the file as shown, the line and the column from 1."""

    file: str
    line: int
    column: int

    @classmethod
    def of(cls, span: Span) -> Place:
        """Return the place of a position."""
        return cls(file=str(span.file), line=span.line, column=span.column)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class VariablePlace(Frozen):
    """A variable of the environment that a value refers to, and where it is; ``None`` where there is none."""

    name: str
    place: Place | None


class LayerValue(Frozen):
    """What a layer does to a value.

    Attributes:
        layer: the kind of the layer.
        place: where.
        value: what it sets; ``None`` where that is hidden, or it removes the value.
        visibility: what of it is shown; absent where the layer removes the value.
        merged: it changes a part of what lower layers give.
        variables: of the environment, that the value refers to.
    """

    layer: LayerKind
    place: Place
    value: str | None
    visibility: Visibility
    merged: bool
    variables: tuple[VariablePlace, ...]


class Ignored(Frozen):
    """An entry of ``ignoreChanges`` that covers a property, and where it is."""

    glob: str
    place: Place


class LiveValue(Frozen):
    """What the server holds.

    Attributes:
        value: ``None`` where it is hidden, or the server has none.
        visibility: what of it is shown.
        is_default: it is the server's default; ``None`` where that is not known.
    """

    value: str | None
    visibility: Visibility
    is_default: bool | None


class ExplainedValue(Frozen):
    """A value of a persister.

    Attributes:
        path: section and key in the documented spelling, or the name of a field.
        value: what results; ``None`` where it is hidden, or no layer gives one.
        visibility: what of it is shown.
        layers: what does something to it, the lowest first; the last one decides.
        ignored: why it is not compared.
        default: that of the app or the deployer, if it is known.
        live: what the server holds; ``None`` if it was not asked.
    """

    path: str
    value: str | None
    visibility: Visibility
    layers: tuple[LayerValue, ...]
    ignored: tuple[Ignored, ...] = ()
    default: str | None = None
    live: LiveValue | None = None


class ExplainedPersister(Frozen):
    """Values of a persister.

    Attributes:
        format_version: of this model.
        kind: the kind of document.
        environment: its name; ``None``: no overlays, no variables.
        id: of the persister.
        values: fields first, then the properties by section and key.
    """

    format_version: str = "1.0"
    kind: Literal["values"] = "values"
    environment: str | None
    id: Id
    values: tuple[ExplainedValue, ...]


class Values:
    """Explains the values of a persister.

    Attributes:
        from_process: the paths of the values for which some layer refers to a variable of the process: what is live
            may come from it.
    """

    def __init__(self, layered: Layered, policy: SecretPolicy, variable: Callable[[str], Span | None]) -> None:
        """Take the persister, what is a secret, and where a variable of the environment is."""
        self.from_process: set[str] = set()
        self._layered = layered
        self._display = Display(policy, layered.values)
        self._variable = variable

    def fields(self) -> Iterator[ExplainedValue]:
        """Yield the fields that some layer gives."""
        for name in HEAD:
            if (steps := field_steps(self._layered, name)) and (name != VERSION or self._has_version()):
                last = steps[-1].given
                globs = [glob for glob in self._layered.persister.ignored if glob_covers_version(glob.text)]
                yield ExplainedValue(
                    path=name,
                    **shown_fields(ABSENT if last is None else self._given(last)),
                    layers=tuple(self._layer(name, step) for step in steps),
                    ignored=_ignored(globs if name == VERSION else ()),
                )
        if ignored := self._layered.persister.ignored:
            layers = [
                LayerValue(
                    layer=self._layered.kind_of(glob.span),
                    place=Place.of(glob.span),
                    **shown_fields(ShownValue(Visibility.TEXT, glob.text)),
                    merged=len(ignored) > 1,
                    variables=(),
                )
                for glob in ignored
            ]
            text = f"[{', '.join(glob.text for glob in ignored)}]"
            yield ExplainedValue(path=IGNORED, **shown_fields(ShownValue(Visibility.TEXT, text)), layers=tuple(layers))

    def properties(self) -> Iterator[tuple[PropertyKey, ExplainedValue]]:
        """Yield the properties that some layer sets, by section and key."""
        for section in self._layered.sections:
            for chain in sorted(chains(self._layered, section), key=lambda each: each.key.spelling.casefold()):
                yield chain.key, self._property(chain.key, chain)

    def unset(self, key: PropertyKey) -> ExplainedValue:
        """Return a property that no layer sets."""
        return self._property(key, Chain(key, (), None))

    def _has_version(self) -> bool:
        return Section.APP in self._layered.sections

    def _property(self, key: PropertyKey, chain: Chain) -> ExplainedValue:
        shown = self._given(chain.result) if chain.result else ABSENT
        globs = [glob for glob in self._layered.persister.ignored if covers_key(glob.text, key)]
        path = f"{key.section}.{key.spelling}"
        return ExplainedValue(
            path=path,
            **shown_fields(shown),
            layers=tuple(self._layer(path, step) for step in chain.steps),
            ignored=_ignored(globs),
            default=key.definition.default if key.definition else None,
        )

    def _given(self, given: Setting | SourceText) -> ShownValue:
        value = self._display.value(given) if isinstance(given, Setting) else self._display.field(given)
        return self._display.on_a_line(value)

    def _layer(self, path: str, step: Step) -> LayerValue:
        if step.given is not None and self._display.refers(step.given):
            self.from_process.add(path)
        names = variables_of(step.given.value) if isinstance(step.given, Setting) else ()
        places = ((name, self._variable(name)) for name in names)
        return LayerValue(
            layer=step.kind,
            place=Place.of(step.span),
            **shown_fields(ABSENT if step.given is None else self._given(step.given)),
            merged=step.is_merged,
            variables=tuple(VariablePlace(name=name, place=Place.of(span) if span else None) for name, span in places),
        )


def chosen_values(values: Values, name: str, sections: tuple[Section, ...]) -> tuple[ExplainedValue, ...]:
    """Return the values that a name is about: of that name, below it, or with it in their paths.

    None if it is about none.

    Args:
        values: of the persister.
        name: of a field, or of a property with its section or without; empty for all. Without its section, it may be
            the last elements of a path (``batchSize``), or some in its middle (``limits``).
        sections: of the persister.
    """
    properties = list(values.properties())
    if not name:
        return (*values.fields(), *(value for _, value in properties))
    of, key = divided(name)
    fields = [value for value in values.fields() if relaxed_form(value.path) == relaxed_form(name)]
    forms = {section: identify(section, key.removesuffix(".")).form if key else "" for section in of}
    found = [
        value
        for each, value in properties
        if each.section in forms and _is_in(each.form, forms[each.section], anywhere=len(of) > 1)
    ]
    known = find_anywhere(name)
    if not (fields or found):
        named = [each for each in known.exact if isinstance(each, Field)]
        fields = [_unset_field(each) for each in named if each.name != VERSION or Section.APP in sections]
    if fields or found:
        return (*fields, *found)
    exact = [each.of if isinstance(each, Part) else each for each in known.exact if not isinstance(each, Field)]
    below = [each for _, members in known.below for each in members]
    keys = [identify(each.section, each.key) for each in (*exact, *below) if "*" not in each.key]
    by_key = {(each.section, each.form): value for each, value in properties}
    chosen = dict.fromkeys((key.section, key.form) for key in keys if key.section in sections)
    unset = {(key.section, key.form): values.unset(key) for key in keys}
    return tuple(by_key.get(each) or unset[each] for each in chosen)


def _unset_field(field: Field) -> ExplainedValue:
    """Return a field that no layer sets."""
    return ExplainedValue(path=field.name, **shown_fields(ABSENT), layers=(), default=field.entry.get("default"))


def _is_in(form: str, group: str, *, anywhere: bool) -> bool:
    """Return whether a property is that, or below it; or, anywhere, below a group of this name in its path."""
    if not group or form == group or form.startswith((f"{group}.", f"{group}[")):
        return True
    _, dot, rest = form.partition(".")
    return anywhere and bool(dot) and _is_in(rest, group, anywhere=True)


def shown_fields(value: ShownValue) -> dict[str, Any]:
    """Return ``value`` and ``visibility`` of a model for a value as it may be shown."""
    is_shown = value.visibility in {Visibility.TEXT, Visibility.REDACTED}
    return {"value": value.text if is_shown else None, "visibility": value.visibility}


def _ignored(globs: Iterable[PropertyGlob]) -> tuple[Ignored, ...]:
    return tuple(Ignored(glob=glob.text, place=Place.of(glob.span)) for glob in globs)
