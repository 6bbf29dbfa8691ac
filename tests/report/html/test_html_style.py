"""The colours of the HTML report."""

import re

import pytest

from persync.report.pages.page import FOLDER

CSS = (FOLDER / "page.css").read_text(encoding="utf-8")


def colors(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))


def luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


LIGHT, DARK = (colors(block) for block in re.findall(r":root \{\n(.*?)\}", CSS, re.DOTALL)[:2])
GROUNDS = ("page", "surface", "raised")
TEXTS = [
    *((ink, ground) for ink in ("ink", "muted", "accent", "info", "warn", "bad", "good") for ground in GROUNDS),
    *((tone, f"{tone}-tint") for tone in ("info", "warn", "bad", "good")),
    *((ink, f"{side}-tint") for ink in ("ink", "muted") for side in ("before", "after")),
    *((ink, f"{side}-mark") for ink in ("ink",) for side in ("before", "after")),
]


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_colours_have_contrast_enough(scheme: dict[str, str]) -> None:
    assert LIGHT.keys() == DARK.keys()
    weak = {pair: round(contrast(scheme[pair[0]], scheme[pair[1]]), 2) for pair in TEXTS}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}
    for ground in GROUNDS:  # borders of controls, and the focus ring
        assert contrast(scheme["control"], scheme[ground]) >= 3
        assert contrast(scheme["accent"], scheme[ground]) >= 3
    for bar in ("bar-stop", "bar-update", "bar-start", "control", "bad", "ink"):  # of a timeline
        assert contrast(scheme[bar], scheme["raised"]) >= 3


def test_all_colours_are_in_the_list() -> None:
    rules = re.sub(r"--[a-z-]+: #[0-9a-f]{6};", "", CSS)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", rules) == []
