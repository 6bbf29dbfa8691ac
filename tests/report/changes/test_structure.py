"""The changes inside a structure are lines of YAML."""

from __future__ import annotations

import textwrap

import pytest

from persync.plan.change import PropertyChange
from persync.plan.compare import compare
from persync.plan.terms import ChangeKind
from persync.report.changes.structure import properties, yaml_lines
from tests.builders import SECRETS, change, desired, live

_MARKS = {None: " ", ChangeKind.ADD: "+", ChangeKind.REMOVE: "-", ChangeKind.CHANGE: "~"}
VOLUMES, MOUNTS, AFFINITY = "kubernetes.volumes", "kubernetes.volumeMounts", "kubernetes.affinity.nodeAffinity"


def shown(key: str, before: str | None, after: str | None) -> str:
    """Return the lines of a property that is this live, and that in the files."""
    written, reported = ({key: text} if text is not None else {} for text in (after, before))
    reply = live(deployer=reported)
    changes = compare(desired(deployer=written), reply, reply, secrets=SECRETS).changes
    assert [len(each) for each in properties(changes)] == [len(changes)]
    return "".join(f"{_MARKS[line.kind]} {' ' * line.indent}{''.join(line.text)}\n" for line in yaml_lines(changes))


@pytest.mark.parametrize(
    ("key", "before", "after", "expected"),
    [
        pytest.param(
            MOUNTS,
            "[{name: config, mountPath: /etc/config}]",
            "[{name: config, mountPath: /etc/config}, {mountPath: /var/data, readOnly: true, name: data}]",
            """\
            + - name: data
            +   mountPath: /var/data
            +   readOnly: true
            """,
            id="an added item",
        ),
        pytest.param(
            VOLUMES,
            "[{name: a, secret: {secretName: s, items: [{key: k, path: p}]}}]",
            "[]",
            """\
            + []
            - - name: a
            -   secret:
            -     items:
            -       - key: k
            -         path: p
            -     secretName: s
            """,
            id="the last item is removed",
        ),
        pytest.param(
            VOLUMES,
            "[{name: a, secret: {secretName: old}}]",
            "[{name: a, secret: {secretName: new, optional: true}}]",
            """\
              [a]
                secret:
            +     optional: true
            -     secretName: old
            +     secretName: new
            """,
            id="fields of an item",
        ),
        pytest.param(
            AFFINITY,
            None,
            "{preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: {matchExpressions:"
            " [{key: node.kubernetes.io/x, operator: In, values: [a, b]}]}}]}",
            """\
            + preferredDuringSchedulingIgnoredDuringExecution:
            +   - preference:
            +       matchExpressions:
            +         - key: node.kubernetes.io/x
            +           operator: In
            +           values:
            +             - a
            +             - b
            +     weight: 1
            """,
            id="a whole structure",
        ),
        pytest.param(
            "kubernetes.environmentVariables",
            "A=1,B=2",
            "A=1,B=3,C=x y",
            """\
            - B: 2
            + B: 3
            + C: x y
            """,
            id="environment variables",
        ),
        pytest.param(
            VOLUMES,
            "[{name: a, emptyDir: {}}]",
            "[{name: a, emptyDir: {medium: Memory}}]",
            """\
              [a]
                emptyDir:
            +     medium: Memory
            """,
            id="a map that was empty",
        ),
        pytest.param(
            VOLUMES,
            "[]",
            "[{name: a, emptyDir: {}}]",
            """\
            - []
            + - name: a
            +   emptyDir: {}
            """,
            id="a list that was empty",
        ),
    ],
)
def test_lines(key: str, before: str | None, after: str | None, expected: str) -> None:
    assert shown(key, before, after) == textwrap.dedent(expected)


def test_only_the_changes_inside_one_structure_are_together() -> None:
    inside = [change("deployerConfig.kubernetes.volumes", "x", None, subpath=f"[{name}]", in_both=0) for name in "ab"]
    unknown = [change("deployerConfig.kubernetes.tolerations", "x", None, subpath=f"[{name}]") for name in "ab"]
    other = change("deployerConfig.kubernetes.volumeMounts", "x", None, subpath="[a]", in_both=0)
    whole = change("appConfig.a", "1", "2")
    changes: list[PropertyChange] = [whole, other, *inside, *unknown]
    assert list(properties(changes)) == [[whole], [other], inside, [unknown[0]], [unknown[1]]]
