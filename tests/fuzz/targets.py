"""What is fuzzed. Each target runs commands over one example."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.fuzz import answers, strategies
from tests.fuzz import settings as persync_yaml
from tests.fuzz.answers import Answer, answer_body
from tests.fuzz.oracle import LIVE_SECRET, SECRET, TOKEN, Ended, Repository
from tests.fuzz.server import Server
from tests.fuzz.strategies import Document, Pieces, file_text, text

Check: TypeAlias = Callable[[], None]
PERSISTER = b"eventType: a\nstate: RUNNING\nappConfig: {my.password: x, eventstore.batchSize: 5}\n"
LIVE = {"appConfig": {}, "deployerConfig": {}, "state": {"status": "RUNNING"}}
SAVED = "saved.persync"
REPORTS = ("text", "json", "markdown", "html", "github", "sarif", "junit", "gitlab-codequality")
_EXAMPLES = 50  # of a run of hypothesis: how often the time is looked at


def fuzz(target: str, first_seed: int, seconds: float) -> int:
    """Fuzz a target for some seconds; return 1, and print the smallest example, if there is a fault."""
    ends = time.monotonic() + seconds
    with TemporaryDirectory() as folder:
        os.environ.update(PERSYNC_TOKEN=TOKEN, SECRET=SECRET, PERSYNC_VAR_OFFERED="offered", OTHER=SECRET)
        unconfigured = TARGETS[target](Repository(Path(os.environ.get("FUZZ_FOLDER", folder))), Server())
        check = settings(
            max_examples=_EXAMPLES,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink],
            report_multiple_bugs=False,
        )(unconfigured)
        number = first_seed
        while time.monotonic() < ends:
            seed(number)(check)()
            number += 1
    return 0


def _settings(server: Server, environment: Pieces = (), others: Pieces = ()) -> bytes:
    timeouts = (
        ""
        if "timeouts" in text(environment)
        else "timeouts: {start: 0.2, stop: 0.2, poll: 0.1, read: 5}\n    rollout: {settle: 0}\n    "
    )
    known = f"    url: {server.url}\n    {timeouts}{text(environment)}\n"
    return f"version: 1\n{text(others)}\nenvironments:\n  t:\n{known}".encode()


def _files(repository: Repository, server: Server) -> Check:
    @given(file=strategies.files, overlay=st.just([]) | strategies.files, report=st.sampled_from(REPORTS))
    def check(file: list[Document], overlay: list[Document], report: str) -> None:
        environment = [("variables: {x: b, long: " + "y" * 2000 + "}", 1)]
        if overlay:
            environment.append(("\n    overlays: [overlays]", 1))
        files = {"persync.yaml": _settings(server, environment), "persisters/a.yaml": file_text(file)}
        if overlay:
            files["overlays/a.yaml"] = file_text(overlay)
        repository.write(files)
        server.body, server.status = json.dumps(LIVE).encode(), 200
        _judge(repository, server, report)
        _format(repository)

    return check


def _settings_target(repository: Repository, server: Server) -> Check:
    @given(environment=persync_yaml.environments, others=persync_yaml.settings)
    def check(environment: Pieces, others: Pieces) -> None:
        repository.write({"persync.yaml": _settings(server, environment, others), "persisters/a.yaml": PERSISTER})
        server.body, server.status = json.dumps(LIVE).encode(), 200
        _judge(repository, server, "text")

    return check


def _answers(repository: Repository, server: Server) -> Check:
    @given(
        answer=answers.answers,
        file=strategies.files,
        status=st.sampled_from([200] * 6 + [400, 403, 404]),
        report=st.sampled_from(REPORTS),
        applied=st.sampled_from([False] * 5 + [True]),
    )
    def check(answer: Answer, file: list[Document], status: int, report: str, *, applied: bool) -> None:
        repository.write(
            {"persync.yaml": _settings(server), "persisters/a.yaml": PERSISTER, "persisters/b.yaml": file_text(file)}
        )
        server.body, server.status = answer_body(answer), status
        commands = [["plan", "--report", report, "a"], ["status", "a"], ["logs", "global/a"]]
        if applied:
            commands.append(["apply", "--yes", "global/a"])
        for command in commands:
            repository.run(*command, "-e", "t")

    return check


_odd_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["", "a", "\x00", "2.0", "9" * 5000, "${{ secret.SECRET }}"]),
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(st.sampled_from(["kind", "section", "key", "x"]), children, max_size=3)
    ),
    max_leaves=5,
)


def _plans(repository: Repository, server: Server) -> Check:
    repository.write({"persync.yaml": _settings(server), "persisters/a.yaml": PERSISTER})
    live = {
        **LIVE,
        "appConfig": {"my.password": LIVE_SECRET, "a": "b"},
        "deployerConfig": {"kubernetes.volumes": "[{name: a}]"},
    }
    server.body = json.dumps(live).encode()
    assert repository.run("plan", "--out", SAVED).code == 0
    saved = (repository.folder / SAVED).read_text()

    @given(
        edits=st.lists(
            st.tuples(st.integers(0, 200), st.sampled_from(["replace", "remove", "add"]), _odd_json),
            min_size=1,
            max_size=3,
        ),
        raw=st.just([]) | strategies.pieces("{", "[", '"', "}", "9", "\x00", "null", "\ufeff"),
        place=st.integers(0, len(saved)),
    )
    def check(edits: list[tuple[int, str, Any]], raw: Pieces, place: int) -> None:
        plan = json.loads(saved)
        for which, how, value in edits:
            _edit(plan, which, how, value)
        content = json.dumps(plan)
        if raw:
            content = content[:place] + text(raw) + content[place:]
        (repository.folder / SAVED).write_text(content, encoding="utf-8", errors="surrogatepass")
        for command in (["show", SAVED], ["show", SAVED, "--report", "html"], ["verify", SAVED], ["apply", SAVED]):
            repository.run(*command)

    return check


def _edit(plan: Any, which: int, how: str, value: object) -> None:
    """Change one of the members of all maps and lists in a plan."""
    members = list(_members(plan))
    if not members:
        return
    container, name = members[which % len(members)]
    if how == "remove":
        del container[name]
    elif how == "add" and isinstance(container, dict):
        container["x"] = value
    elif how == "add":
        container.append(value)
    else:
        container[name] = value


def _members(value: Any) -> Any:
    for name in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, name
        yield from _members(value[name])


def _judge(repository: Repository, server: Server, report: str) -> None:
    """Check that ``validate`` and ``plan`` agree, and that nothing is sent for invalid files."""
    valid = repository.run("validate", "-e", "t")
    server.requests = 0
    planned = repository.run("plan", "-e", "t", "--report", report, "--report", "json=plan.json")
    refused = _was_refused(planned)
    assert (valid.code == 1) == refused, (
        f"validate ends with {valid.code}, but plan:\n{planned.err[-2000:]}\n{valid.out[-2000:]}"
    )
    assert not (refused and server.requests), "invalid files, and a request was sent"
    for name in ("plan.json",):
        path = repository.folder / name
        for secret in (SECRET, TOKEN):
            assert not path.exists() or secret not in path.read_text(encoding="utf-8"), f"{secret} is in {name}"


def _was_refused(planned: Ended) -> bool:
    return planned.code == 1 and "in the configuration; nothing was sent" in planned.err


def _format(repository: Repository) -> None:
    """Check that formatting keeps what ``validate`` finds, and that a second time changes nothing."""
    before = repository.run("validate", "-e", "t").code
    if repository.run("fmt").code == 0:
        again = repository.run("fmt", "--check")
        assert again.code == 0, f"a second fmt would change a file:\n{again.out}{again.err}"
        assert repository.run("validate", "-e", "t").code == before, "fmt changes what validate finds"


TARGETS: Mapping[str, Callable[[Repository, Server], Check]] = {
    "files": _files,
    "answers": _answers,
    "settings": _settings_target,
    "plans": _plans,
}
