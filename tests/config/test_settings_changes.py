from __future__ import annotations

import pytest

from persync.config.settings_changes import changed_settings

BEFORE: dict[str, object] = {
    "version": 1,
    "environments": {"production": {"url": "https://a", "auth": {"token": "x"}, "overlays": ["o"]}, "test": {}},
}


def after(**production: object) -> dict[str, object]:
    environments = {"production": {"url": "https://a", "auth": {"token": "x"}, "overlays": ["o"]} | production}
    return {"version": 1, "environments": environments | {"test": {}}}


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (BEFORE, []),
        (after(url="https://b"), ["environments.production.url"]),
        (after(auth={"token": "y"}), ["environments.production.auth.token"]),
        (after(overlays=["o", "p"]), ["environments.production.overlays"]),
        ({**BEFORE, "version": "1"}, ["version"]),
        ({**BEFORE, "version": True}, ["version"]),
        ({"environments": BEFORE["environments"]}, ["version"]),
        (
            {**after(sensitive=["x"], url="https://b"), "defaultEnvironment": "test"},
            ["environments.production.url", "defaultEnvironment", "environments.production.sensitive"],
        ),
        (after(auth="x"), ["environments.production.auth"]),
        ({**after(variables={"x": "y"}), "defaults": {"state": "RUNNING"}}, []),
    ],
)
def test_changed_settings(now: object, expected: list[str]) -> None:
    assert changed_settings(BEFORE, now, "production") == expected
