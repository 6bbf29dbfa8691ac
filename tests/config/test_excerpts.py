"""The line of a file that a finding is about: what of it is shown, and which part is marked."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from persync.config.excerpts.excerpt import Excerpts
from persync.config.files import WorkingTree
from persync.errors import Excerpt, InvalidConfig
from persync.model import Span
from persync.properties.secrets import SecretPolicy
from tests.config.conftest import Folder

SETTINGS = "version: 1\nenvironments:\n  e:\n    url: http://h\n    sensitive: [mine]\n"
HEAD = "eventType: a\nappConfig:\n"


def shown(excerpt: Excerpt | None) -> tuple[str, str] | None:
    """Return the line, and the part of it that is marked."""
    return excerpt and (excerpt.text, excerpt.text[excerpt.start : excerpt.stop])


def excerpt_at(folder: Folder, text: str | bytes, line: int, column: int) -> tuple[str, str] | None:
    folder.write({"persync.yaml": SETTINGS, "persisters/a.yaml": text})
    source = folder.settings().excerpts
    return shown(source.excerpt(Span(str(folder.root / "persisters/a.yaml"), line, column)))


@pytest.mark.parametrize(
    ("text", "column", "expected"),
    [
        ("  my.x: 1 # why\n", 3, ("  my.x: 1 # why", "my.x")),
        ("  my.x: 1 # why\n", 9, ("  my.x: 1 # why", "1")),
        ("  my.x: [a, {b: c}]\n", 9, ("  my.x: [a, {b: c}]", "[a, {b: c}]")),
        ("  my.x: 'it''s'\n", 9, ("  my.x: …", "…")),
        ("  my.x: 'one'\n", 9, ("  my.x: 'one'", "'one'")),
        ("  my.x: &a one\n", 9, ("  my.x: &a one", "&a one")),
        ("  my.x: |\n    a\n    b\n", 9, ("  my.x: …", "…")),
        ("  my.x:\n", 8, ("  my.x:", "")),
        ("  \N{CJK UNIFIED IDEOGRAPH-65E5}: x\r\n", 6, ("  \N{CJK UNIFIED IDEOGRAPH-65E5}: x", "x")),
        ("  x: 'a\N{NEXT LINE}  b'\n", 6, ("  x: 'a\N{NEXT LINE}  b'", "'a\N{NEXT LINE}  b'")),
    ],
)
def test_the_part_that_a_position_means(folder: Folder, text: str, column: int, expected: tuple[str, str]) -> None:
    assert excerpt_at(folder, HEAD + text, 3, column) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  my.password: tell\n", "  my.password: (sensitive)"),
        ("  my: {password: tell, x: 1}\n", "  my: {password: (sensitive), x: 1}"),
        ("  mine: tell\n", "  mine: (sensitive)"),
        ("  my.password: ${PASSWORD}\n", "  my.password: ${PASSWORD}"),
        ("  my.password: ${{ secret.PASSWORD }}\n", "  my.password: ${{ secret.PASSWORD }}"),
        ("  my.password: ${{ secrets.PASSWORD }}\n", "  my.password: ${{ secrets.PASSWORD }}"),
        ("  url: jdbc:x://u:tell@h # password tell\n", "  url: … # (sensitive)"),
        ("  x: 1 # token=tell\n", "  x: 1 # (sensitive)"),
        ("  x: &s tell\n  my.token: *s\n", "  x: &s (sensitive)"),
        ("  my.token: tell\n  my.token: tell\n", "  my.token: (sensitive)"),
        ("  my.list: [{name: DB_TOKEN, value: tell}]\n", "  my.list: [{name: DB_TOKEN, value: (sensitive)}]"),
        ("  x: {<<: {token: tell}}\n", "  x: {<<: {token: (sensitive)}}"),
        ("  ? {token: tell}\n  : x\n", "  ? {token: (sensitive)}"),
        ("  my.token: !x tell\n", "  my.token: !x (sensitive)"),
        ("  my.passwrd: tell\n", "  my.passwrd: (sensitive)"),
        ("  my.sercet: tell # was tell\n", "  my.sercet: (sensitive) # (sensitive)"),
        ("  my.kubeTokn: {a: tell}\n", "  my.kubeTokn: {a: (sensitive)}"),
        ("  my.broken: passed # it was tell-1\n", "  my.broken: passed # it was …"),
    ],
)
def test_no_secret_is_in_it(folder: Folder, text: str, expected: str) -> None:
    found = excerpt_at(folder, HEAD + text, 3, 3)
    assert found is not None
    assert (found[0], "tell" in found[0]) == (expected, False)


STRUCTURES = [
    ("[{name: v, secret: {secretName: s}}]", "[{name: v, secret: {secretName: s}}]"),
    ("[{name: v, secret: {secretNam: s}}]", "[{name: v, secret: {secretNam: (sensitive)}}]"),
    ('"[{name: v, x: {password: tell}}]"', "(sensitive)"),
    ("'!!float tell'", "(sensitive)"),
]


@pytest.mark.parametrize(("text", "expected"), STRUCTURES)
def test_in_a_structure_the_nearest_key_decides(folder: Folder, text: str, expected: str) -> None:
    file = f"eventType: a\ndeployerConfig:\n  kubernetes.volumes: {text}\n"
    assert excerpt_at(folder, file, 3, 3) == (f"  kubernetes.volumes: {expected}", "kubernetes.volumes")


@pytest.mark.parametrize(
    ("text", "line", "column", "expected"),
    [
        ("  my.x: [1\n", 3, 9, ("  my.x: [1", "[")),
        ("  my.x: a: b\n", 3, 10, ("  my.x: a: b", ":")),
        ("  my.x: a\n   y: b\n", 4, 5, ("   y: b", ":")),
        ("  my.token: a\n   y: tell\n", 4, 5, None),
        ("  my.password: a: tell\n", 3, 17, None),
        ("  my.password:\n    x: a: tell\n", 4, 9, None),
        ("  mine: a: tell\n", 3, 10, None),
        ("  my.x: u://u:tell@h: b\n", 3, 21, None),
        ('  my.password: "one\n    tell: tell"\n  x: a: b\n', 4, 5, None),
    ],
)
def test_in_a_file_that_is_not_yaml(
    folder: Folder, text: str, line: int, column: int, expected: tuple[str, str] | None
) -> None:
    assert excerpt_at(folder, HEAD + text, line, column) == expected


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (HEAD + "  my.token: |\n    tell\n    tell\n", 4),
        (HEAD + "  x: |\n    password='tell\n    tell'\n", 4),
        (HEAD + "  x: 1\n", 9),
        (HEAD + "\n  x: 1\n", 3),
        (HEAD + f"  x: {'a' * 3000}\n", 3),
        (HEAD.encode() + b"  x: \xff\n", 3),
        (HEAD + "# " + "a" * 300_000, 1),
    ],
)
def test_what_has_no_line(folder: Folder, text: str | bytes, line: int) -> None:
    assert excerpt_at(folder, text, line, 1) is None


def test_a_file_that_does_not_exist(folder: Folder) -> None:
    assert [folder.settings().excerpts.excerpt(Span(name, 1, 1)) for name in ("nowhere.yaml", "a\0b")] == [None, None]


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("    auth: {token: tell}\n", 6, "    auth: {token: (sensitive)}"),
        ("    auth: {command: [get, --pw, tell]}\n", 6, "    auth: {command: [(sensitive), (sensitive), (sensitive)]}"),
        ("    proxy: http://tell@h\n", 6, "    proxy: (sensitive)"),
        ("    variables: {secretName: shown}\n", 6, "    variables: {secretName: shown}"),
        ("defaults: {appConfig: {mine: tell}}\n", 6, "defaults: {appConfig: {mine: (sensitive)}}"),
    ],
)
def test_the_settings(folder: Folder, text: str, line: int, expected: str) -> None:
    folder.write({"persync.yaml": SETTINGS + text + "unknown: 1\n"})
    with pytest.raises(InvalidConfig) as raised:
        folder.settings()
    source = raised.value.findings[0].source
    assert source is not None
    found = source.excerpt(Span(str(folder.root / "persync.yaml"), line, 1))
    assert found is not None
    assert found.text == expected


SECRET = st.sampled_from(
    ["tell", "tell tell", "tell\ntell", "'tell", "tell: tell", "- tell", "#tell", "{tell", "tell" * 40]
)
KEYS = st.sampled_from(["a", "my.token", "password", "x: y", "name", "value", "<<", "kubernetes.volumes", "secret"])


def trees(leaf: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.recursive(
        leaf, lambda below: st.lists(below, max_size=3) | st.dictionaries(KEYS, below, max_size=3), max_leaves=6
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    trees(SECRET),
    trees(st.sampled_from(["a", "b\nc", "1", ""])),
    st.sampled_from(["appConfig", "deployerConfig", "other"]),
    st.booleans(),
    st.sampled_from([None, "'", '"', "|", ">"]),
    st.integers(10, 80),
    st.sampled_from(["", "\n  [", "\n x: y: z", "\n\tx", '\n"', "}"]),
)
def test_what_is_below_a_key_that_names_a_secret_is_on_no_line(
    tmp_path: Path, secret: object, other: object, section: str, flow: bool, style: str | None, width: int, broken: str
) -> None:
    document = {"eventType": "a", section: {"b": other, "my.password": secret, "c": other}}
    text = yaml.dump(document, default_flow_style=flow, default_style=style, width=width, allow_unicode=True)
    file = tmp_path / "a.yaml"
    file.write_text(text.rstrip("\n") + broken + "\n", encoding="utf-8")
    source = Excerpts(WorkingTree(None), SecretPolicy())
    for line in range(1, text.count("\n") + 4):
        for column in (1, 5, 20):
            found = source.excerpt(Span(str(file), line, column))
            assert found is None or "tell" not in found.text
