"""A browser without a window that looks at a running service."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    Page,
    Request,
    ViewportSize,
    sync_playwright,
)

from tests.visitor import Visitor

REQUIRED = "TESTS_REQUIRE_BROWSER"
"""Set where a missing browser is a failure, and not a reason to skip."""

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 360, "height": 740}


@dataclass
class Looked:
    """One page as a browser shows it, with what it asked for and complained about."""

    page: Page
    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


Windows = Callable[[str], Page]
"""Gives the window of a language."""

Look = Callable[..., Looked]
"""Opens a path of the service, in a language; what it showed in that language is then gone."""


# Not for the whole session: the loop of its events would be in the way of other tests'.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Return Chromium; skip where there is none, unless it is required."""
    place = next((found for name in _NAMES if (found := shutil.which(name))), None)
    with sync_playwright() as playwright:
        try:
            # A process that runs as root, as in a container, has no sandbox.
            chromium = playwright.chromium.launch(executable_path=place, args=["--no-sandbox"])
        except Error as error:
            if os.environ.get(REQUIRED):
                raise
            pytest.skip(f"There is no Chromium here: {error.message.splitlines()[0]}")
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def windows(browser: Browser) -> Iterator[Windows]:
    """Return windows that stay open: a new one costs more than most pages.

    A page that follows another in its window also finds scripts compiled.
    """
    with ExitStack() as stack:

        @cache
        def window(language: str) -> Page:
            context = browser.new_context(
                viewport=WIDE, locale=language, color_scheme="light", reduced_motion="reduce"
            )
            stack.callback(context.close)
            page = context.new_page()
            # Everybody's first visit: what comes late must not come from memory.
            network = context.new_cdp_session(page)
            network.send("Network.enable")
            network.send("Network.setCacheDisabled", {"cacheDisabled": True})
            page.add_init_script(_SHIFTS)
            return page

        yield window


@pytest.fixture
def look(windows: Windows, live: Visitor) -> Iterator[Look]:
    """Return what opens pages of the running service."""
    own = f"http://127.0.0.1:{live.port}"
    with ExitStack() as stack:

        def opened(path: str, language: str = "en") -> Looked:
            looked = Looked(windows(language))
            stack.callback(_leave, looked.page, f"{own}/health")
            stack.enter_context(_listening(looked, f"{own}/"))
            looked.page.goto(own + path, wait_until="load")
            return looked

        yield opened


@contextmanager
def _listening(looked: Looked, own: str) -> Iterator[None]:
    """Note what a page asks for beyond its host and what it complains about."""

    def asked(request: Request) -> None:
        if not request.url.startswith((own, "data:", "blob:")):
            looked.outside.append(request.url)

    def told(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            looked.complaints.append(message.text)

    def failed(error: Error) -> None:
        looked.complaints.append(str(error))

    page = looked.page
    page.on("request", asked)
    page.on("console", told)
    page.on("pageerror", failed)
    yield
    page.remove_listener("request", asked)
    page.remove_listener("console", told)
    page.remove_listener("pageerror", failed)


def _leave(page: Page, elsewhere: str) -> None:
    """Make a window as it was before a test.

    Args:
        page: What the window shows.
        elsewhere: What it shows instead, so that nothing of the page is still going on; of the
            same host, as the browser would else end the process that has scripts compiled.
    """
    page.unroute_all()
    page.context.clear_cookies()
    page.goto(elsewhere)
    page.emulate_media(media="null", color_scheme="light")
    page.set_viewport_size(WIDE)


_SHIFTS = """
window.shifts = 0;
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) window.shifts += entry.value;
}).observe({type: "layout-shift", buffered: true});
"""
"""Adds up how far things moved while the page was loading."""
