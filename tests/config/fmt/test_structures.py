"""Structures in texts become YAML."""

from __future__ import annotations

import pytest

from persync.config.fmt.parts import parts_of
from persync.config.fmt.write import scalar_text
from persync.config.yaml.nodes import List, Map, Node
from persync.config.yaml.reader import read_documents
from persync.model import Section
from persync.properties.catalogue import identify
from tests.config.fmt.conftest import fmt

HEAD = "eventType: e\ndeployerConfig:\n"
CASES = {
    "in quotes": (
        "  kubernetes.volumes: \"[{name: 'a', secret: { secretName : 's' , defaultMode : '256' }}]\"\n",
        "  kubernetes.volumes:\n    - {name: a, secret: {secretName: s, defaultMode: 256}}\n",
    ),
    "quotes that count stay": (
        "  kubernetes:\n    volumes: \"[{name: a, secret: {secretName: '0400', defaultMode: 0400}}]\" # why\n",
        "  kubernetes:\n    volumes: # why\n      - {name: a, secret: {secretName: '0400', defaultMode: 0400}}\n",
    ),
    "a map fits on its line": (
        "  kubernetes.podSecurityContext: '{runAsUser: ''1000''}' # why\n",
        "  kubernetes.podSecurityContext: {runAsUser: 1000} # why\n",
    ),
    "long items are in block style, all of them": (
        "  kubernetes.volumeMounts: '[{name: a, mountPath: /b}, {name: c, mountPath: /usr/src/app/rsa_privatekey.key,"
        " subPath: rsa_privatekey.key, readOnly: true}]'\n",
        "  kubernetes.volumeMounts:\n    - name: a\n      mountPath: /b\n    - name: c\n"
        "      mountPath: /usr/src/app/rsa_privatekey.key\n      subPath: rsa_privatekey.key\n      readOnly: true\n",
    ),
    "on lines of its own": (
        "  kubernetes.volumes:\n    # above\n    '[{name: a,\n      emptyDir: {}}]'\n  kubernetes.limits.cpu: 1\n",
        "  kubernetes.volumes:\n    # above\n    - {name: a, emptyDir: {}}\n  kubernetes.limits.cpu: 1\n",
    ),
    "folded": (
        "  kubernetes.volumes: >-\n    [{name: a,\n    emptyDir: {}}]\n\n  kubernetes.limits.cpu: 1\n",
        "  kubernetes.volumes:\n    - {name: a, emptyDir: {}}\n\n  kubernetes.limits.cpu: 1\n",
    ),
    "in flow style": (
        "  kubernetes: {volumes: '[{name: ''a''}]', limits.cpu: 1}\n",
        "  kubernetes: {volumes: [{name: a}], limits.cpu: 1}\n",
    ),
}
KEPT = {
    "a reference": "  kubernetes.volumes: '[{name: ${{ vars.x }}}]'\n",
    "a null": "  kubernetes.volumes: '[{name: a, emptyDir: ~}]'\n",
    "a tag": "  kubernetes.volumes: '[{name: !!str a}]'\n",
    "no structure": "  kubernetes.volumes: '{name: a'\n",
    "a scalar": "  kubernetes.volumes: 'a'\n",
    "an empty map": "  kubernetes.podSecurityContext: '{}'\n",
    "an anchor anywhere": "  kubernetes.volumes: &v '[{name: a}]'\n",
    "a text": "  my.own: '[{name: a}]'\n",
}


@pytest.mark.parametrize("name", CASES)
def test_a_structure_in_a_text_becomes_yaml(name: str) -> None:
    before, after = CASES[name]
    assert fmt(HEAD + before) == HEAD + after


@pytest.mark.parametrize("name", KEPT)
def test_what_cannot_be_yaml_stays_a_text(name: str) -> None:
    assert fmt(HEAD + KEPT[name]) == HEAD + KEPT[name]


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        ("kubernetes.environmentVariables", "A=b,C='x,y'", "{A: b, C: 'x,y'}"),
        ("kubernetes.podAnnotations", "a:b, c:d:e", "{a: b, c: d:e}"),
        ("kubernetes.deploymentLabels", "a:b:c", None),
        ("kubernetes.containerPorts", "8080, 9090", "[8080, 9090]"),
        ("kubernetes.environmentVariables", "A=${{ x", None),
    ],
)
def test_lists_in_a_text_have_parts(key: str, text: str, expected: str | None) -> None:
    definition = identify(Section.DEPLOYER, key).definition
    assert definition is not None
    node = parts_of(definition, text)
    if expected is None:
        assert node is None
    else:
        assert _plain(node) == _plain(read_documents(expected.encode(), "").trees[0])


def _plain(node: Node | None) -> object:
    if isinstance(node, Map):
        return {key.text: _plain(value) for key, value in node.entries}
    if isinstance(node, List):
        return [_plain(item) for item in node.items]
    return node and node.text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("1.10", "1.10"), ("no", "no"), ("${a-b}", "${a-b}"), ("a:b", "a:b"), ("x,y", "x,y"), ("a'b", "a'b"),
        ("", "''"), ("null", "'null'"), ("~", "'~'"), ("a: b", "'a: b'"), ("a #b", "'a #b'"), (" a", "' a'"),
        ("- a", "'- a'"), ("it's: x", '"it\'s: x"'), ('"a"', "'\"a\"'"), ("a\nb", '"a\\nb"'), ("\x85", '"\\u0085"'),
        ("*a", "'*a'"), ("[a", "'[a'"), ("a\tb", "a\tb"), ("<<", "'<<'"), ("\N{GRINNING FACE}", "\N{GRINNING FACE}"),
    ],
)  # fmt: skip
def test_a_text_is_written_without_quotes_where_that_is_possible(text: str, written: str) -> None:
    assert scalar_text(text) == written
    tree = read_documents(f"{written}: {written}\n".encode(), "").trees[0]
    assert _plain(tree) == {text: text}
