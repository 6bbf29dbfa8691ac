"""What persync writes for a map in a file is taken by the deployer, and says the same."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from persync.config.flow import InexpressibleError, text_of
from persync.config.yaml.nodes import Entry, Map, Scalar
from persync.model import Kind, Span
from tests.conformance.judge import Judge, Refusal

HERE = Span("f", 1, 1)
EXAMPLES = 200
_names = st.from_regex(r"[A-Z_][A-Za-z0-9_]{0,3}", fullmatch=True)
_values = st.text(alphabet="ab1 ,=-:./'\"\n\té${}#&", max_size=8)
_label_names = st.from_regex(r"([a-z]{1,3}\.[a-z]{2}/)?[a-z]([a-z0-9._-]{0,4}[a-z0-9])?", fullmatch=True)


def text(kind: Kind, entries: dict[str, str]) -> str | None:
    """Return what is sent for a map; ``None`` if it cannot be."""
    scalars = [(Scalar(key, HERE, plain=False), Scalar(value, HERE, plain=False)) for key, value in entries.items()]
    try:
        return text_of(kind, Map(tuple(Entry(key, value) for key, value in scalars), HERE))
    except InexpressibleError:
        return None


def test_environment_variables(judge: Judge) -> None:
    @settings(max_examples=EXAMPLES)
    @given(st.dictionaries(_names, _values, min_size=1, max_size=3))
    def law(variables: dict[str, str]) -> None:
        sent = text(Kind.ASSIGNMENTS, variables)
        if sent is None:
            assert {*"'\"\n"} & {*"".join(variables.values())}
            return
        made = judge.deploy({"kubernetes.environmentVariables": sent})
        assert not isinstance(made, Refusal), (sent, made)
        container = made[1]["spec"]["template"]["spec"]["containers"][0]
        found = {each["name"]: each.get("value", "") for each in container["env"]}
        assert {name: value for name, value in found.items() if not name.startswith("SPRING_")} == variables

    law()


def test_annotations(judge: Judge) -> None:
    @settings(max_examples=EXAMPLES)
    @given(st.dictionaries(_label_names, _values, min_size=1, max_size=3))
    def law(annotations: dict[str, str]) -> None:
        sent = text(Kind.PAIRS, annotations)
        if sent is None:
            return
        made = judge.deploy({"kubernetes.podAnnotations": sent})
        assert not isinstance(made, Refusal), (sent, made)
        assert made[1]["spec"]["template"]["metadata"]["annotations"] == annotations

    law()


def test_paths_in_a_structure(judge: Judge) -> None:
    mounts = {"kubernetes.volumeMounts": "[{name: a, mountPath: /x}]"}

    @settings(max_examples=EXAMPLES)
    @given(_values.filter(bool))
    def law(path: str) -> None:
        sent = text(Kind.STRUCTURE, {"path": path})
        if sent is None:
            assert {*'"\n'} & {*path}
            return
        made = judge.deploy({"kubernetes.volumes": f"[{{name: a, hostPath: {sent}}}]", **mounts})
        assert not isinstance(made, Refusal), (sent, made)
        assert made[1]["spec"]["template"]["spec"]["volumes"] == [{"name": "a", "hostPath": {"path": path}}]

    law()
