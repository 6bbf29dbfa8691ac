"""How a value is shown: what is replaced, what is kept, what is hidden."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persync.config.findings import Findings
from persync.config.flatten import Setting
from persync.config.fmt.write import lines_of
from persync.config.layers.unread import Unread
from persync.config.variables import Values, substitute
from persync.config.yaml.nodes import Node, Scalar
from persync.config.yaml.reader import read_documents
from persync.model import Section, Span
from persync.origins.display import Display, resolved
from persync.properties.catalogue import identify
from persync.properties.secrets import SecretPolicy

SPAN = Span("a.yaml", 1, 1)
PROCESS = {"PERSYNC_VAR_SHOWN": "shown", "PW": "Zq4xeRD2hg8y", "HOME": "/root"}
VALUES = Values({"x": "1", "dollar": "$", "literal": "${{ vars.x }}"}, Unread(PROCESS), "dev")
SECRETS = SecretPolicy(("pin",))
HIDDEN = "(sensitive)"


def shown(section: Section, key: str, value: str) -> str:
    """Return what is shown of a value of a file, without its key."""
    node: Node = read_documents(f"a: {value}\n".encode(), "a.yaml").trees[0].entries[0].value  # type: ignore[union-attr]  # a map
    setting = Setting(identify(section, key), node, node.span)
    tree = Display(SECRETS, VALUES).value(setting)
    assert tree is not None
    return "\n".join(line.text for line in lines_of({"a": tree})).removeprefix("a: ")


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("my.x", "${{ vars.x }}-${{ env.SHOWN }}", "1-shown"),
        ("my.x", "${{ env.HOME }}", "${{ env.HOME }}"),
        ("my.x", "a ${{secret.PW}} b", "a ${{secret.PW}} b"),
        ("my.x", "$${{ vars.x }}", "$${{ vars.x }}"),
        ("my.x", "'${{ vars.literal }}'", "$${{ vars.x }}"),
        ("my.x", "'##[group]a'", r'"\u0023#[group]a"'),
        ("my.password", "${{ secret.PW }}", "${{ secret.PW }}"),
        ("my.password", "${{ secret.PW }}${{ env.B }}", "${{ secret.PW }}${{ env.B }}"),
        ("my.password", "${pw:}", "${pw:}"),
        ("my.password", "${pw:${{ secret.PW }}}", "${pw:${{ secret.PW }}}"),
        ("my.password", "a${{ secret.PW }}", HIDDEN),
        ("my.password", "${{ vars.x }}", HIDDEN),
        ("my.password", '""', "''"),
        ("my.pin", "1234", HIDDEN),
        ("my.url", "jdbc:x://u:geheim@db", "jdbc:x://u:(sensitive)@db"),
        ("my.url", "jdbc:x://u:${{secret.PW}}@db", "jdbc:x://u:${{secret.PW}}@db"),
        ("my.url", "jdbc:x?password=${{ secret.PW }}&a=b", "jdbc:x?password=${{ secret.PW }}&a=b"),
    ],
)
def test_a_text(key: str, value: str, expected: str) -> None:
    assert shown(Section.APP, key, value) == expected


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("volumes", "'[{name: a, emptyDir: {}}]'", "a:\n  - {name: a, emptyDir: {}}"),
        ("volumes", "[{name: 'a-${{ vars.x }}', emptyDir: {}}]", "a:\n  - {name: 'a-1', emptyDir: {}}"),
        ("volumes", "'[{name: ${{ secret.PW }}}]'", "'[{name: ${{ secret.PW }}}]'"),
        ("volumes", "'[{name: a, token: b'", HIDDEN),
        ("volumes", "[{name: a, token: b}]", "a:\n  - {name: a, token: '(sensitive)'}"),
        ("volumes", "[{name: MY_PIN, value: b}]", "a:\n  - {name: MY_PIN, value: '(sensitive)'}"),
        ("environmentVariables", "A=1,PIN=2", "a:\n  A: 1\n  PIN: (sensitive)"),
        ("environmentVariables", "{A: 1, PIN: '${{ secret.PW }}'}", "a:\n  A: 1\n  PIN: ${{ secret.PW }}"),
        ("environmentVariables", "A=${{ secret.PW }},MY_PIN=2345", "A=${{ secret.PW }},MY_PIN=(sensitive)"),
        ("containerPorts", "[8080, 9090]", "[8080, 9090]"),
        ("podSecurityContext", "{}", None),
    ],
)
def test_a_value_with_parts(key: str, value: str, expected: str | None) -> None:
    if expected is None:
        node: Node = read_documents(b"a: {}\n", "a.yaml").trees[0].entries[0].value  # type: ignore[union-attr]  # a map
        setting = Setting(identify(Section.DEPLOYER, f"kubernetes.{key}"), node, node.span)
        assert Display(SECRETS, VALUES).value(setting) is None
    else:
        assert shown(Section.DEPLOYER, f"kubernetes.{key}", value) == expected


PIECES = [
    "$",
    "{",
    "}",
    "a",
    " ",
    "${{ vars.x }}",
    "${{ vars.literal }}",
    "${{ secret.PW }}",
    "$${{ ",
    "${{ env.SHOWN }}",
]


@given(st.lists(st.sampled_from(PIECES), max_size=8))
def test_the_text_is_read_as_what_it_was(pieces: list[str]) -> None:
    scalar = Scalar("".join(pieces), SPAN, plain=True)
    findings = Findings()
    before = substitute(scalar, VALUES, findings)
    if not findings:
        after = substitute(scalar._replace(text=resolved(scalar, VALUES)), VALUES, findings)
        assert (after, list(findings)) == (before, [])
