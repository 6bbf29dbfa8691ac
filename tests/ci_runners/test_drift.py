"""The drift watch on runners that are not ours: a schedule of GitHub opens an issue, one of GitLab fails."""

from pathlib import Path

import pytest

from persync.report.markdown_parts import marker
from tests.ci.github import Comments
from tests.ci_runners.conftest import ROOT, Quickstart
from tests.ci_runners.test_act import Act
from tests.ci_runners.test_gitlab_ci_local import GitLab, gitlab_of

WORKFLOW = (ROOT / "examples/github-workflow/drift.yml").read_text(encoding="utf-8")


@pytest.fixture
def gitlab(wheel: Path, quickstart: Quickstart) -> GitLab:
    return gitlab_of(wheel, quickstart)


def test_github(tmp_path: Path, release: Path, quickstart: Quickstart, github: Comments) -> None:
    text = WORKFLOW.replace("https://harvester.example.com", quickstart.server.url)
    quickstart.git.commit({".github/workflows/drift.yml": text})
    code, log = Act(tmp_path / "act", release, quickstart, github).run("schedule", {})
    assert (code, "issue opened" in log) == (0, True), log
    [issue] = github.issues
    assert (issue["title"], issue["body"].startswith(marker("production"))) == (
        "persync: production differs from its files",
        True,
    )
    assert quickstart.writes() == []


def test_gitlab(gitlab: GitLab) -> None:
    code, log = gitlab.run(CI_PIPELINE_SOURCE="schedule", PERSYNC_AUTO_APPLY="true")
    assert (code, "persync-drift" in log, "persync-plan" in log) == (1, True, False), log
    assert "Plan: 5 to change" in log
    assert gitlab.quickstart.writes() == []
