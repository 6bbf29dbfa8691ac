"""A comment accepts warnings, with a reason, and nothing else."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persync.config.findings import error, warning
from persync.config.rules.ignores import Ignore, Ignores, read_ignores, without_ignored
from persync.errors import Finding
from persync.model import Span
from tests.command_line import Installation

FORM = "write '# persync: ignore[RULE] REASON' at the end of the line or above it; several rules have commas between"


def at(line: int, column: int = 1) -> Span:
    return Span("a.yaml", line, column)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\n", ()),
        ("a: 1 # persync: ignore[x] it is fine\n", (Ignore("x", at(1, 6), 1),)),
        ("# persync: ignore[x] it is fine\na: 1\n", (Ignore("x", at(1), 2),)),
        ("  #persync:ignore[ x , y/z ] fine\n\na: 1\n", (Ignore("x", at(1, 3), 2), Ignore("y/z", at(1, 3), 2))),
        ("# persync: ignore[x] fine\n# another comment\n  # and one\na: 1\n", (Ignore("x", at(1), 4),)),
        ("# persync: ignore[x] one\n# persync: ignore[y] two\na: 1\n", (Ignore("x", at(1), 3), Ignore("y", at(2), 3))),
        ("a: 1\n# persync: ignore[x] nothing below\n", (Ignore("x", at(2), 2),)),
        ("a: '# persync: ignore[x] text'\n", ()),
        ("a: |\n  # persync: ignore[x] text\nb: 1\n", ()),
        ("a: >-  # persync: ignore[x] fine\n  text # persync: ignore[x] text\n", (Ignore("x", at(1, 8), 1),)),
        ("a#persync: ignore[x] text\n", ()),
        ("\ufeff# persync: ignore[x] fine\na: 1\n", (Ignore("x", at(1), 2),)),
        ('# persync: ignore[x] fine\na: "b\n', ()),
    ],
)
def test_what_a_comment_names(text: str, expected: tuple[Ignore, ...]) -> None:
    assert read_ignores(text.encode(), "a.yaml") == Ignores(expected, ())


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("# persync: ignore", "this comment names no rule, so it ignores nothing"),
        ("# persync: ignore x because", "this comment names no rule, so it ignores nothing"),
        ("# persync: ignore[] because", "this comment names no rule, so it ignores nothing"),
        ("# persync: ignore[x]", "this comment gives no reason, so it ignores nothing"),
        ("# persync: ignore[x]  ", "this comment gives no reason, so it ignores nothing"),
    ],
)
def test_a_rule_and_a_reason_are_required(comment: str, message: str) -> None:
    found = warning("malformed-ignore", message, at(1, 6), hint=FORM)
    assert read_ignores(f"a: 1 {comment}\n".encode(), "a.yaml") == Ignores((), (found,))


@given(st.binary(max_size=200))
def test_any_bytes_are_read(data: bytes) -> None:
    read_ignores(b"# persync: ignore[x] y\n" + data, "a.yaml")


X, X2, Y = (warning(rule, message, at(2, 5)) for rule, message in (("x", "one"), ("x", "two"), ("y", "three")))
ERROR = error("z", "four", at(2, 5))
ELSEWHERE = warning("w", "five", at(9))


def unused(rule: str, hint: str, reason: str = "") -> Finding:
    message = f"line 2 has no warning of rule {rule}, so this comment ignores nothing"
    return warning("unused-ignore", message, at(1), reason=reason, hint=hint)


@pytest.mark.parametrize(
    ("rule", "ignored", "found"),
    [
        ("x", (X, X2), ()),
        ("z", (), (unused("z", "fix the error", "only warnings can be ignored"),)),
        ("w", (), (unused("w", "line 9 has one: write the comment there"),)),
        ("unknown", (), (unused("unknown", "remove the comment"),)),
    ],
)
def test_what_is_ignored(rule: str, ignored: tuple[Finding, ...], found: tuple[Finding, ...]) -> None:
    findings = [X, X2, Y, ERROR, ELSEWHERE]
    remaining = without_ignored(findings, [Ignore(rule, at(1), 2)])
    kept = [finding for finding in findings if finding not in ignored]
    assert remaining == ((*found, *kept), ignored)


def test_a_misspelt_rule() -> None:
    near = warning("unknown-volume", "it is unknown", at(2))
    [found, _] = without_ignored([near], [Ignore("unknown-volumes", at(1), 2)]).findings
    assert found.hint == "did you mean unknown-volume?"


MOUNT = """\
    eventType: {0}
    deployerConfig:
      kubernetes:
        volumeMounts:
          - {{name: config, mountPath: /etc}}{1}
"""
VALIDATED = "kubernetes.volumeMounts mounts config, which is not among the volumes [unknown-volume]"


@pytest.fixture
def nine(installation: Installation) -> Installation:
    installation.serve({"persisters": [{"eventType": f"e{number}"} for number in range(9)]})
    for number in range(9):
        comment = "  # persync: ignore[unknown-volume] the server adds it" if number < 2 else ""
        installation.write(f"persisters/e{number}.yaml", MOUNT.format(f"e{number}", comment))
    return installation


def test_ignored_warnings_are_counted(nine: Installation) -> None:
    ended = nine.run("validate")
    assert (ended.code, ended.out.count(VALIDATED)) == (0, 7)
    assert ended.last_line == "Validate: 9 persisters, 7 warnings, 2 ignored."
    assert '"warnings": 7,\n    "ignored": 2\n' in nine.run("validate", "--report", "json").out


def test_of_a_rule_the_first_warnings_are_written(nine: Installation) -> None:
    rest = "2 warnings of the files are ignored by comments in them\n"
    err = nine.run("plan").err
    assert err.endswith(f"warning: … and 4 more [unknown-volume]; --expand lists them\n{rest}")
    assert [line.partition(":")[0] for line in err.splitlines() if VALIDATED in line] == [
        f"persisters/e{number}.yaml" for number in (2, 3, 4)
    ]
    expanded = nine.run("plan", "--expand").err
    assert (expanded.count(VALIDATED), expanded.endswith(rest), "more" in expanded) == (7, True, False)
    assert "warning: … and 4 more [unknown-volume]; persync validate lists them\n" in nine.run("status").err


@pytest.mark.parametrize("command", [("plan",), ("apply", "--auto-approve")])
def test_strict(nine: Installation, command: tuple[str, ...]) -> None:
    ended = nine.run(*command, "--strict")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.endswith(
        textwrap.dedent("""\
            error: 7 warnings in the files, and --strict was given; nothing was sent
            help: fix them, or accept them with a comment: # persync: ignore[RULE] REASON
            """)
    )
    assert nine.server is not None
    assert list(nine.server.requests()) == []
    for number in range(2, 9):
        nine.write(f"persisters/e{number}.yaml", MOUNT.format(f"e{number}", " # persync: ignore[unknown-volume] fine"))
    assert nine.run(*command, "--strict").code == 0


def test_a_comment_that_one_environment_needs_is_not_unused(installation: Installation) -> None:
    installation.write(
        "persync.yaml",
        """\
        version: 1
        environments:
          dev: {url: "sandbox:", variables: {volume: config}}
          prod: {url: "sandbox:", variables: {volume: other}}
        """,
    )
    installation.write(
        "persisters/a.yaml",
        """\
        eventType: a
        deployerConfig:
          kubernetes:
            volumes: [{name: config, emptyDir: {}}]
            # persync: ignore[unknown-volume] the server of prod adds it
            volumeMounts: [{name: "${{ vars.volume }}", mountPath: /etc}]
        """,
    )
    assert installation.run("validate").out == "Validate: 1 persister, no findings, 1 ignored.\n"
    assert installation.run("validate", "-e", "prod").last_line == "Validate: 1 persister, no findings, 1 ignored."
    assert installation.run("validate", "-e", "dev").last_line == "Validate: 1 persister, no findings."


def test_defaults_have_comments_too(installation: Installation) -> None:
    installation.write(
        "persync.yaml",
        """\
        version: 1
        environments: {test: {url: "sandbox:"}}
        defaults:
          deployerConfig:
            kubernetes:
              # persync: ignore[unknown-volume] the server adds it
              volumeMounts: [{name: config, mountPath: /etc}]
        """,
    )
    installation.write("persisters/a.yaml", "eventType: a\n---\neventType: b\n")
    assert installation.run("validate", "--strict").out == "Validate: 2 persisters, no findings, 1 ignored.\n"
