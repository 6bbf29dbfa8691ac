"""``plan --base`` and ``diff`` where ``projects`` changes: persisters are known by their live identities."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from persync.published import schema
from tests.command_line import Installation
from tests.git import GitRepository

NAMES = ("clicks", "views")
LIVE: dict[str, Any] = {
    "persisters": [
        {"project": project, "eventType": name, "state": "RUNNING", "appConfig": {"my.text": "live"}}
        for project in ("web", "web-dev")
        for name in NAMES
    ]
    + [{"project": "other", "eventType": "kept", "appConfig": {"my.text": "files"}}]
}
PATH = "{}/projects/{}/event-types/{}/eventstores/pg/persister"


def documents(project: str, *names: str, text: str = "files") -> dict[str, str | None]:
    return {
        f"persisters/{project}/{name}.yaml": f"project: {project}\neventType: {name}\nappConfig: {{my.text: {text}}}\n"
        for name in names
    }


def without(project: str, *names: str) -> dict[str, str | None]:
    return {f"persisters/{project}/{name}.yaml": None for name in names}


@pytest.fixture
def repo(installation: Installation) -> GitRepository:
    """A repository with persisters of ``web``, which are those of ``web-dev`` in the installation."""
    installation.serve(LIVE, projects="{web: web-dev}")
    made = GitRepository(installation.folder)
    made.commit(documents("web", *NAMES))
    made("branch", "base")
    return made


def names(installation: Installation, projects: str) -> None:
    assert installation.server is not None
    installation.settings(url=installation.server.url, **({"projects": projects} if projects else {}))


def planned(installation: Installation, *arguments: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the label of each persister's change, and the live project of each removed one by its request."""
    ended = installation.run("plan", "--base", "base", "--report", "json", *arguments)
    document = json.loads(ended.out)
    jsonschema.validate(document, schema("plan"))
    assert ended.code == 0, ended.err
    labels = {name(each): each["changes"][0]["attribution"] for each in document["persisters"]}
    assert installation.server is not None
    requested = {}
    for each in document["removed"]:
        live = (each["liveId"] or each["id"])["project"]
        address = PATH.format(installation.server.url, live, each["id"]["eventType"])
        assert (address in each["stopCommand"], address in each["resetCommand"]) == (True, True)
        requested[name(each)] = live
    return labels, requested


def name(entry: dict[str, Any]) -> str:
    return f"{entry['id']['project']}/{entry['id']['eventType']}"


def compared(installation: Installation) -> list[str]:
    """Return the titles of ``persync diff``, without files, and its last line."""
    lines = installation.run("diff", "--base", "base", "--expand").out.splitlines()
    return [*(line.partition("  ")[0] for line in lines if line[:2] in {"+ ", "- ", "~ "}), lines[-1]]


def test_removed_with_their_entry_of_the_mapping(installation: Installation, repo: GitRepository) -> None:
    names(installation, "")
    repo.commit({**without("web", *NAMES), **documents("other", "kept")})
    assert planned(installation) == ({}, {"web/clicks": "web-dev", "web/views": "web-dev"})
    out = installation.run("plan", "--base", "base", "other/*").out
    assert "no longer managed" not in out
    assert (
        "- web/clicks (live: web-dev/clicks) is no longer managed, and left as it is"
        " (RUNNING, was in persisters/web/clicks.yaml:1)\n"
        "  help: to stop it with persync, keep its document with 'state: STOPPED' (and projects of the environment as"
        " it was), and apply that before it is removed\n"
    ) in installation.run("plan", "--base", "base").out
    assert compared(installation)[1:] == [
        "- web/clicks (live: web-dev/clicks)",
        "- web/views (live: web-dev/views)",
        "Diff: 1 added, 2 removed.",
    ]


def test_renamed_with_their_entry_of_the_mapping(installation: Installation, repo: GitRepository) -> None:
    names(installation, "{site: web-dev}")
    repo.commit({**without("web", *NAMES), **documents("site", *NAMES)})
    assert planned(installation) == ({"site/clicks": "drift", "site/views": "drift"}, {})
    assert compared(installation) == ["No differences. 2 persisters are unchanged."]
    repo.commit({**without("site", "views"), **documents("site", "clicks", text="changed")})
    expected = ({"site/clicks": "yours"}, {"web/views": "web-dev"})
    assert planned(installation) == expected
    assert planned(installation, "site/*") == expected
    assert planned(installation, "--exclude", "site/views") == ({"site/clicks": "yours"}, {})
    assert compared(installation) == [
        "~ site/clicks (live: web-dev/clicks)",
        "- web/views (live: web-dev/views)",
        "Diff: 1 removed, 1 changed.",
    ]


@pytest.mark.parametrize(("projects", "now"), [("{web: web}", "web"), ("", "web")])
def test_led_to_other_live_persisters(installation: Installation, repo: GitRepository, projects: str, now: str) -> None:
    names(installation, projects)
    repo.commit()
    moved = (
        "this branch leads files to other live persisters (projects of environment test):"
        f" web was web-dev in the installation at the base, and is {now} now"
    )
    assert f"! {moved}\n" in installation.run("plan", "--base", "base").out
    left = {"web/clicks": "web-dev", "web/views": "web-dev"}
    assert planned(installation) == ({"web/clicks": "yours", "web/views": "yours"}, left)
    assert compared(installation) == [
        "+ web/clicks",
        "- web/clicks (live: web-dev/clicks)",
        "+ web/views",
        "- web/views (live: web-dev/views)",
        "Diff: 2 added, 2 removed.",
    ]
    assert f"! {moved}\n" in installation.run("diff", "--base", "base").out


def test_back_to_a_name_that_the_files_have_no_name_for(installation: Installation, repo: GitRepository) -> None:
    names(installation, "")
    repo.commit()
    repo("branch", "--force", "base")
    names(installation, "{web: web-dev}")
    repo.commit()
    assert planned(installation)[1] == {"web/clicks": "web", "web/views": "web"}
    assert "- web/clicks (live: web/clicks) is no longer managed" in installation.run("plan", "--base", "base").out
    assert compared(installation)[:2] == [
        "- web/clicks (live: web/clicks)",
        "+ web/clicks (live: web-dev/clicks)",
    ]


def test_one_persister_is_led_elsewhere(installation: Installation, repo: GitRepository) -> None:
    names(installation, "{web: web-dev, web/views: web/views}")
    repo.commit()
    out = installation.run("plan", "--base", "base").out
    assert "): web/views was web-dev/views in the installation at the base, and is web/views now\n" in out
    assert planned(installation) == ({"web/clicks": "drift", "web/views": "yours"}, {"web/views": "web-dev"})


def test_what_was_pending_before_a_rename_is_pending(installation: Installation, repo: GitRepository) -> None:
    repo.commit(documents("web", *NAMES, text="live"))
    repo.commit(documents("web", *NAMES, text="newer"))
    names(installation, "{site: web-dev}")
    repo.commit({**without("web", *NAMES), **documents("site", *NAMES, text="newer")})
    repo("branch", "--force", "base")
    repo.commit({"note": "x"})
    assert planned(installation) == ({"site/clicks": "pending", "site/views": "pending"}, {})
    assert planned(installation, "site/clicks") == ({"site/clicks": "pending"}, {})


def test_a_mapping_alone_changes_who_was_configured(installation: Installation, repo: GitRepository) -> None:
    """Two sets of files that stay the same change places: the older one described what the newer one does now."""
    names(installation, "{old: web-dev}")
    repo.commit({**documents("old", *NAMES, text="live"), **documents("web", *NAMES, text="newer")})
    names(installation, "{web: web-dev}")
    repo.commit()
    repo("branch", "--force", "base")
    repo.commit({"note": "x"})
    labels = planned(installation, "web/*")[0]
    assert labels == {"web/clicks": "pending", "web/views": "pending"}
