"""A browser without a window that looks at a running service."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Error, Page, Request, sync_playwright

from tests.visitor import Visitor

REQUIRED = "TESTS_REQUIRE_BROWSER"
"""Set where a missing browser is a failure, and not a reason to skip."""

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SIZES = {"wide": (1280, 900), "narrow": (360, 740)}
"""Viewports in CSS pixels."""


@dataclass
class Looked:
    """One page as a browser shows it, with what it asked for and complained about."""

    page: Page
    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


Look = Callable[..., Looked]
"""Opens a path of the service, in a language, at a size."""


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


@pytest.fixture
def look(browser: Browser, live: Visitor) -> Iterator[Look]:
    """Return what opens pages of the running service."""
    own = f"http://127.0.0.1:{live.port}/"
    with ExitStack() as stack:

        def opened(
            path: str, language: str = "en", size: str = "wide", scheme: str = "light"
        ) -> Looked:
            width, height = SIZES[size]
            context = browser.new_context(
                viewport={"width": width, "height": height},
                locale=language,
                reduced_motion="reduce",
            )
            stack.callback(context.close)
            looked = Looked(context.new_page())

            def asked(request: Request) -> None:
                if not request.url.startswith((own, "data:", "blob:")):
                    looked.outside.append(request.url)

            looked.page.on("request", asked)
            looked.page.on(
                "console",
                lambda message: (
                    looked.complaints.append(message.text)
                    if message.type in {"error", "warning"}
                    else None
                ),
            )
            looked.page.on("pageerror", lambda error: looked.complaints.append(str(error)))
            looked.page.add_init_script(_SHIFTS)
            looked.page.goto(own.rstrip("/") + path, wait_until="load")
            return looked

        yield opened


_SHIFTS = """
window.shifts = 0;
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) window.shifts += entry.value;
}).observe({type: "layout-shift", buffered: true});
"""
"""Adds up how far things moved while the page was loading."""
