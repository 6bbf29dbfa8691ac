"""The alerts, the dashboard and the page about them use the metrics that there are, with the labels that they have."""

import json
import re
from typing import Any

import pytest
import yaml

from persync.cli.metrics.exposition import Figures, Projects
from tests.processes import ROOT

ALL = Figures(
    environment="e",
    command="plan",
    success=True,
    end=1,
    last_success=1,
    seconds=1,
    requests={"200": 1},
    states={("p", "RUNNING"): 1},
    projects=Projects({"p": 1}, {"p": 0}, {"p": 0}),
    unmanaged=0,
    outcomes={"done": 1},
)
LABELS = {metric.name: set(metric.samples[0].labels) for metric in ALL.collect()}
PAGE = (ROOT / "docs/monitoring.md").read_text(encoding="utf-8")
RULES: dict[str, Any] = yaml.safe_load((ROOT / "examples/monitoring/alerts.yaml").read_text(encoding="utf-8"))
DASHBOARD: dict[str, Any] = json.loads((ROOT / "examples/monitoring/grafana-dashboard.json").read_text("utf-8"))
EXPRESSIONS = [
    *(rule["expr"] for group in RULES["groups"] for rule in group["rules"]),
    *(target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]),
]
_METRIC = re.compile(r"(persync_\w+)(?:\{([^}]*)\})?")


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression(expression: str) -> None:
    used = _METRIC.findall(expression)
    assert used
    for name, selected in used:
        assert set(re.findall(r"(\w+)=", selected)) - LABELS[name] == set()
    grouped = {label for group in re.findall(r"by \(([^)]*)\)", expression) for label in group.split(", ")}
    assert grouped - LABELS[used[0][0]] == set()


def test_the_page_has_each_metric_with_its_labels() -> None:
    rows = [re.findall(r"^\| `(persync_\w+)` \| ([^|]*)\|", line) for line in PAGE.splitlines()]
    documented = {
        name: {"environment", "command", *re.findall(r"`(\w+)`", labels)} for row in rows for name, labels in row
    }
    assert documented == LABELS


def test_a_panel_has_its_own_place() -> None:
    places = [tuple(panel["gridPos"][side] for side in "xy") for panel in DASHBOARD["panels"]]
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert (len(set(places)), len(set(ids))) == (len(places), len(ids))
