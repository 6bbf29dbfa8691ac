"""``auth.command``: a program that prints a token, and who may choose it."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from persync.sandbox.description import Description
from persync.sandbox.server import SandboxServer
from tests.command_line import Ended, Installation
from tests.token_program import write_program

DESCRIPTION = {
    "persisters": [{"eventType": "one", "state": "RUNNING"}, {"eventType": "two", "state": "RUNNING"}],
    "users": [{"name": "vera", "token": "f1xed", "roles": {"*": "editor"}}],
    "clients": [{"id": "ci", "secret": "s3cret", "roles": {"*": "editor"}}],
}
FILES = "eventType: one\nstate: RUNNING\n---\neventType: two\nstate: RUNNING\n"
REFUSED = "error: auth.command may not be run: "
BY_HAND = (
    "help: run it by hand; it starts in /, with no more variables than those that PERSYNC_AUTH_COMMAND_ENV names\n"
)
FORM = 'help: it has to print the token alone, or JSON: {"token": "…", "expiresAt": "2026-11-26T12:00:00Z"}\n'


class Program:
    """A shell script outside of the repository that environment ``test`` gets its tokens from."""

    def __init__(self, installation: Installation, folder: Path) -> None:
        self.installation = installation
        self.folder = folder
        self.path = folder / "granary-token"
        self.runs_file = folder / "runs"
        self.server = installation.serve(DESCRIPTION, token=False)
        self.configure([str(self.path)], str(self.path))
        installation.write("persisters/both.yaml", FILES)

    def configure(self, command: list[str], allowed: str | None, **environment: str) -> None:
        self.installation.settings(url=self.server.url, auth=f"{{command: {json.dumps(command)}}}", **environment)
        self.installation.monkeypatch.delenv("PERSYNC_AUTH_COMMAND", raising=False)
        if allowed is not None:
            self.installation.monkeypatch.setenv("PERSYNC_AUTH_COMMAND", allowed)

    def script(self, text: str) -> None:
        self.path.write_text(f"#!/bin/sh\necho x >>{self.runs_file}\n{text}\n", encoding="utf-8")
        self.path.chmod(0o755)

    def plan(self, script: str = "echo f1xed") -> Ended:
        self.script(script)
        return self.installation.run("plan")

    @property
    def runs(self) -> int:
        return len(self.runs_file.read_text().split()) if self.runs_file.exists() else 0


@pytest.fixture
def program(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Program:
    return Program(installation, tmp_path_factory.mktemp("bin"))


@pytest.mark.parametrize(
    "printed",
    [
        "f1xed",
        '{"token": "f1xed"}',
        '{"token": "f1xed", "expiresAt": "2999-01-01T00:00:00Z"}',
        '{"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1", "status":'
        ' {"token": "f1xed", "expirationTimestamp": "2999-01-01T00:00:00+01:00"}}',
        '{"access_token": "f1xed", "expires_in": 300, "token_type": "Bearer"}',
    ],
)
def test_what_a_program_may_print_and_that_it_runs_once(program: Program, printed: str) -> None:
    ended = program.plan(f"echo '{printed}'; echo 'for f1xed: ready' >&2")
    assert (ended.code, ended.err, program.runs) == (
        0,
        "auth.command (granary-token): for (sensitive): ready\n",
        1,
    )


@pytest.mark.parametrize(
    ("printed", "again"),
    [
        ('{"access_token": "f1xed", "expires_in": 0}', True),
        # Its end is past: that may be a wrong clock of this machine, and the API refuses it if it is not.
        ('{"token": "f1xed", "expiresAt": "2001-01-01T00:00:00Z"}', False),
    ],
)
def test_a_program_runs_again_when_its_token_has_ended(program: Program, printed: str, again: bool) -> None:
    ended = program.plan(f"echo '{printed}'")
    assert (ended.code, ended.err, program.runs > 1) == (0, "", again)


@pytest.mark.parametrize(("ahead", "runs"), [(0, 1), (3300, 2)])
def test_when_a_token_ends_is_judged_by_the_clock_of_the_server(program: Program, ahead: int, runs: int) -> None:
    """A token for an hour, by this machine's clock, is renewed when answers show that it is for 5 minutes."""
    assert program.installation.server is not None
    program.installation.server.stop()
    description = Description.model_validate(DESCRIPTION)
    server = program.installation.server = program.server = SandboxServer(
        description, clock=lambda: time.time() + ahead
    )
    server.start()
    program.configure([str(program.path)], str(program.path))
    ends_at = datetime.fromtimestamp(time.time() + 3600, UTC).isoformat()
    program.script(f"""echo '{{"token": "f1xed", "expiresAt": "{ends_at}"}}'""")
    ended = program.installation.run("plan", "--parallelism", "1")
    assert (ended.code, ended.err, program.runs) == (0, "", runs)


def test_a_program_runs_again_when_its_token_is_refused(program: Program) -> None:
    script = f"[ $(wc -l <{program.runs_file}) = 1 ] && echo old || echo f1xed"
    ended = program.plan(script)
    assert (ended.code, ended.err, program.runs) == (0, "", 2)


def test_a_token_that_stays_refused(program: Program) -> None:
    ended = program.plan("echo old")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.splitlines()[-1] == (
        "help: auth gives this token, and the API refuses it: check that auth names the realm of this API"
    )


def test_tokens_of_a_program_are_renewed_without_a_failed_request(program: Program) -> None:
    program.installation.serve(
        {**DESCRIPTION, "tokenLifetime": 2, "delays": {"deploying": 3, "stopping": 0.1}}, token=False
    )
    assert program.installation.server is not None
    program.server = program.installation.server
    program.configure([str(program.path)], str(program.path))
    program.installation.write("persisters/both.yaml", FILES.replace("RUNNING\n", "RUNNING\nappConfig: {a.b: c}\n"))
    url = f"{program.server.url}/auth/realms/grnry/protocol/openid-connect/token"
    own = program.folder / "sign-in"
    write_program(own, url, "ci")
    program.script(f"exec {own}")
    program.installation.monkeypatch.setenv("PERSYNC_AUTH_COMMAND_ENV", "ITS_SECRET")
    program.installation.monkeypatch.setenv("ITS_SECRET", "s3cret")
    ended = program.installation.run("apply", "--auto-approve")
    assert (ended.code, ended.last_line) == (0, "Apply: 2 done.")
    assert {request.status for request in program.server.requests()} <= {200, 201, 204}
    assert program.runs > 2


@pytest.mark.parametrize("allowed", [None, "", "{} --other", "granary-token"])
def test_a_program_that_only_the_files_name_does_not_run(program: Program, allowed: str | None) -> None:
    program.configure([str(program.path)], allowed and allowed.format(program.path))
    ended = program.plan()
    assert (ended.code, ended.out, ended.err, program.runs, program.server.requests()) == (
        1,
        "",
        f"{REFUSED}{program.path} is not in PERSYNC_AUTH_COMMAND, and the files of a branch must not choose which"
        " programs run\n"
        "help: if you trust it, set PERSYNC_AUTH_COMMAND to it where persync runs; the files cannot change it\n",
        0,
        [],
    )


def test_commands_are_allowed_line_by_line_as_in_a_shell(program: Program) -> None:
    program.configure([str(program.path), "a b", ""], f"other --x\n\n{program.path} 'a b' ''\n")
    assert program.plan('[ "$#$1" = "2a b" ] && echo f1xed').code == 0
    program.configure([str(program.path)], f"{program.path} 'a")
    assert program.plan().err == (
        "error: PERSYNC_AUTH_COMMAND is not a command as in a shell: no closing quotation\n"
        "help: write the program and its arguments, each command on a line of its own\n"
    )


def test_a_file_of_the_repository_does_not_run(program: Program) -> None:
    own = program.installation.write("tools/granary-token", "#!/bin/sh\necho f1xed\n")
    own.chmod(0o755)
    program.path.symlink_to(own)
    program.installation.monkeypatch.setenv("PATH", f"{own.parent}:/usr/bin:/bin")
    for name, shown in ((str(own), own), ("granary-token", own), (str(program.path), program.path)):
        program.configure([name], name)
        ended = program.installation.run("plan")
        assert (ended.code, ended.out, ended.err) == (
            1,
            "",
            f"{REFUSED}{shown} is a file of the repository, so a branch can change it\n"
            "help: install it outside of the repository\n",
        )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("bin/token", "bin/token is a relative path\nhelp: write its absolute path, or a name that is found on PATH\n"),
        ("no-such", "there is no program no-such\nhelp: install it, or write its absolute path\n"),
        ("/no/such", "there is no program /no/such\nhelp: install it, or write its absolute path\n"),
    ],
)
def test_a_program_that_cannot_be_found(program: Program, name: str, message: str) -> None:
    program.configure([name], name)
    assert program.installation.run("plan").err == f"error: auth.command: {message}"


def test_a_program_gets_the_variables_that_the_process_names(program: Program) -> None:
    monkeypatch = program.installation.monkeypatch
    for name in ("CI_ID_TOKEN", "OTHER_SECRET", "PERSYNC_VAR_X", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, f"value-of-{name}")
    monkeypatch.setenv("PERSYNC_AUTH_COMMAND_ENV", "CI_ID_TOKEN, NOT_SET")
    ended = program.plan(f"env >{program.folder}/env; pwd >>{program.folder}/env; echo $CI_ID_TOKEN >&2; echo f1xed")
    assert (ended.code, ended.err) == (0, "auth.command (granary-token): (sensitive)\n")
    seen = (program.folder / "env").read_text().split("\n")
    assert [line for line in seen if "value-of" in line or line == "/"] == ["CI_ID_TOKEN=value-of-CI_ID_TOKEN", "/"]
    assert [line for line in seen if line.startswith("PERSYNC")] == []


JWT = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2ln"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("exit 3", f"ended with exit code 3\n{BY_HAND}"),
        (
            f"printf 'a\\nb {JWT} c\\n\\033[1mAuthorization: Bearer xyz\\n' >&2; exit 1",
            f"ended with exit code 1: a: b (sensitive) c: [1mAuthorization: Bearer (sensitive)\n{BY_HAND}",
        ),
        ("kill -9 $$", f"was ended by signal 9\n{BY_HAND}"),
        ("", f"printed nothing\n{FORM}"),
        ("echo '{}'", f"printed JSON without a token\n{FORM}"),
        ("echo '{token'", f"printed JSON without a token\n{FORM}"),
        (
            "sleep 60 & sleep 60",
            "has not ended within 0.5 s\n"
            "help: it must not wait for input: it has no terminal; timeouts.read is its limit\n",
        ),
    ],
)
def test_a_program_that_gives_no_token(program: Program, script: str, expected: str) -> None:
    program.configure([str(program.path)], str(program.path), timeouts="{read: 0.5}")
    ended = program.plan(script)
    assert (ended.code, ended.out, ended.err) == (1, "", f"error: auth.command (granary-token) {expected}")
    assert program.server.requests() == []


def test_a_program_that_cannot_be_started(program: Program) -> None:
    program.path.write_bytes(b"\x7fELF")
    program.path.chmod(0o755)
    assert program.installation.run("plan").err == (
        "error: auth.command (granary-token) cannot be started: Exec format error\n"
        "help: check the program and its permissions\n"
    )


def test_what_is_printed_has_to_be_a_token(program: Program) -> None:
    assert program.plan("echo Bearer f1xed").err == (
        "error: the token contains spaces, line breaks or other characters that no token has\n"
        "help: give the token alone, without 'Bearer' and without a line break at its end\n"
    )


def test_references_are_not_replaced_in_a_command(program: Program) -> None:
    program.configure(["x", "${{ env.SECRET }}"], "x")
    assert program.installation.run("plan").err.splitlines()[0].partition(": error: ")[2] == (
        "command[1] must be a text without references to variables [invalid-value]"
    )


def test_doctor_runs_the_program(program: Program) -> None:
    program.script("echo f1xed")
    ended = program.installation.run("doctor")
    assert f"token     {program.path} printed a token; it runs again before a token ends\n" in ended.out
    assert ended.code == 0
