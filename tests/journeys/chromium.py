"""A real Chromium that reaches one house on the loopback and nothing else, and notes whatever it says."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright

__all__ = ["Tab", "chromium_before", "free_port", "served"]

_SOON_S = 30
_REFUSAL = re.compile(r"error: Failed to load resource: the server responded with a status of 4\d\d \([A-Za-z ]+\)")
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


@dataclass
class Tab:
    """One person's browser: its own cookies, and what it said or tried."""

    page: Page
    context: BrowserContext
    base: str
    said: list[str] = field(default_factory=list)
    """Messages of the console, errors of pages, and refused requests to other hosts."""

    def unexpected(self) -> list[str]:
        """Give what was said beyond the browser's own note of a refusal, which is a page with a status of its own."""
        return [each for each in self.said if not _REFUSAL.fullmatch(each)]

    def open(self, path: str) -> Page:
        """Open a page of the house."""
        self.page.goto(f"{self.base}{path}")
        return self.page

    def log_in(self, persona: str) -> Page:
        """Log in as one of the demonstration's people, by their button."""
        self.open("/login")
        self.page.click(f'button[value="{persona}"]')
        self.page.wait_for_url(f"{self.base}/console")
        return self.page

    def log_out(self) -> None:
        """Log out, by the button."""
        self.page.click("form.who button")
        self.page.wait_for_url(f"{self.base}/login")


def free_port() -> int:
    """Give a port of the loopback that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def served(application: Any, port: int) -> Iterator[str]:  # noqa: ANN401 (an ASGI application)
    """Serve an application on a port of the loopback, and give its address."""
    server = uvicorn.Server(uvicorn.Config(application, port=port, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + _SOON_S
    while not server.started and thread.is_alive() and time.monotonic() < until:
        thread.join(0.01)
    assert server.started
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(_SOON_S)


@contextmanager
def chromium_before(executable: str, base: str, **options: Any) -> Iterator[Tab]:  # noqa: ANN401 (playwright's own)
    """Open a Chromium before the house at *base*; hosts other than the loopback are refused and noted."""
    expect.set_options(timeout=_SOON_S * 1000)
    with sync_playwright() as playwright:
        browser: Browser = playwright.chromium.launch(executable_path=executable, args=_ARGUMENTS)
        context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **options)
        tab = Tab(context.new_page(), context, base)
        _listen(tab)
        try:
            yield tab
        finally:
            context.close()
            browser.close()


def _listen(tab: Tab) -> None:
    def outside(route: Route) -> None:
        if urlsplit(route.request.url).hostname in ("127.0.0.1", "localhost"):
            route.continue_()
        else:
            tab.said.append(f"outside: {route.request.url}")
            route.abort()

    tab.context.route("**/*", outside)
    tab.page.on("console", lambda message: tab.said.append(f"{message.type}: {message.text}"))
    tab.page.on("pageerror", lambda error: tab.said.append(f"error: {error}"))
