import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

# Read now: the tests themselves run without these variables.
ON_CI = bool(os.environ.get("CI"))
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
MISSING = "Chromium is not installed: apt-get install chromium (or name the program in CHROMIUM)"
FLAGS = (
    "--no-sandbox",  # CI runs as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: needs Chromium")


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if CHROMIUM is None:
        (pytest.fail if ON_CI else pytest.skip)(MISSING)
    # Playwright gives every launch a fresh profile of its own, below this folder.
    home = tmp_path_factory.mktemp("home")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM, args=list(FLAGS), env={**os.environ, "HOME": str(home), "TMPDIR": str(home)}
        )
        yield started
        started.close()


class Tab:
    """A page in the browser, with its requests and messages."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.url = url
        self.requests: dict[str, str] = {}
        self.blocked: list[str] = []
        self.messages: list[str] = []
        self.page: Page = context.new_page()
        network = context.new_cdp_session(self.page)
        network.send("Network.enable")
        network.on("Network.requestWillBeSent", self._requested)
        network.on("Network.loadingFailed", self._failed)
        self.page.on("console", lambda message: self.messages.append(message.text))
        self.page.on("pageerror", lambda error: self.messages.append(str(error)))
        self.page.on("dialog", lambda dialog: self.messages.append(dialog.message))
        self.page.goto(url)

    def _requested(self, event: dict[str, Any]) -> None:
        self.requests[event["requestId"]] = event["request"]["url"]

    def _failed(self, event: dict[str, Any]) -> None:
        if event.get("blockedReason") == "csp":  # it did not leave
            self.blocked.append(self.requests.pop(event["requestId"]))

    def shown(self) -> list[str]:
        """Return the names of the visible persisters."""
        return [name for card in self.page.locator("article:visible").all() for name in card.evaluate(NAMES)]

    def status(self) -> str:
        return self.page.get_by_role("status").inner_text()

    def settle(self) -> None:
        """Wait until the filter has run."""
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


# of a card of several, the list may be folded
NAMES = """card => Array.from(
  card.querySelectorAll(card.querySelector(".many") ? ".members li:not([hidden]) .member" : "h3"),
  name => name.textContent,
)"""
Opener = Callable[..., Tab]


@pytest.fixture
def open_tab(browser: Browser, tmp_path: Path) -> Iterator[Opener]:
    """Open a report; at the end nothing else may have been requested, and nothing logged to the console."""
    tabs: list[Tab] = []

    def opener(text: str, **options: object) -> Tab:
        file = tmp_path / f"report-{len(tabs)}.html"
        file.write_text(text, encoding="utf-8")
        context = browser.new_context(**options)  # type: ignore[arg-type] # Playwright's own options, by name
        tab = Tab(context, file.as_uri())
        tabs.append(tab)
        return tab

    yield opener
    for tab in tabs:
        assert {url.partition("#")[0] for url in tab.requests.values()} == {tab.url}
        assert tab.messages == []
        tab.page.context.close()
