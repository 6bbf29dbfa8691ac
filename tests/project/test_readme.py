"""What the README shows works as it is."""

import re
from pathlib import Path

from tests.command_line import Installation

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_its_configuration_repository_is_valid(installation: Installation) -> None:
    settings, persister = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    installation.write("persync.yaml", settings)
    installation.write("persisters/webtracking/snowplow-web.yaml", persister)
    installation.write("overlays/production/web.yaml", "project: webtracking\neventType: snowplow-web\n")
    assert installation.run("validate").out == "Validate: 1 persister, no findings.\n"


def test_its_links_lead_somewhere() -> None:
    root = Path(__file__).parents[2]
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert [link for link in links if not (root / link).exists()] == []
