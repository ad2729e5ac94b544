"""Every kind of page in a browser: open to all, from one host, steady, as wide as the screen."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.accessibility import COLOURS, STANDARD, faults
from tests.browser.conftest import NARROW, Look

KINDS: dict[str, str] = tomllib.loads((Path(__file__).parent / "pages.toml").read_text("utf-8"))
EXPECTED = "Failed to load resource: the server responded with a status of 4"
"""What a browser says of a page that is an error on purpose."""
A4: ViewportSize = {"width": 718, "height": 1047}
"""A sheet less its margins, in CSS pixels."""


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_page_serves_everybody(look: Look, kind: str, language: str) -> None:
    looked = look(KINDS[kind], language)
    page = looked.page
    assert page.evaluate("window.shifts") < 0.01
    assert faults(page, *STANDARD) == []
    assert not _too_wide(page)
    page.emulate_media(color_scheme="dark")
    assert faults(page, COLOURS) == []
    page.set_viewport_size(NARROW)
    assert not _too_wide(page)
    assert looked.outside == []
    assert [text for text in looked.complaints if not text.startswith(EXPECTED)] == []


def test_keys_alone_lead_from_the_home_page_to_an_answer(look: Look) -> None:
    page = look("/").page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    wanted = "/questions/funding-by-country"
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('href') || ''").startswith(wanted):
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("table tbody tr").count() == 9


def test_four_clicks_lead_to_who_pays_in_mali_and_where_it_is_written(look: Look) -> None:
    page = look("/").page
    countries = page.locator("details", has=page.get_by_role("heading", name="Countries"))
    countries.locator("summary").click()
    with page.expect_navigation():
        countries.get_by_role("link", name="Mali", exact=True).click()
    row = page.locator("section", has=page.locator("#support")).locator("tbody tr")
    assert row.count() == 1
    funder = row.locator(".column-funder")
    assert "Andalusian Agency for International Development Cooperation" in funder.inner_text()
    source = funder.locator(".why a")
    tip = funder.locator(".tip")
    assert not tip.is_visible()
    source.focus()
    assert tip.is_visible()
    assert "paragraph 23" in tip.inner_text()
    with page.expect_navigation():
        source.click()
    assert page.url.partition("?")[0].endswith("/page/document/ed-report-eb1-resumed/paragraph/23")


def test_a_tip_stays_until_it_is_left_or_escape_is_pressed(look: Look) -> None:
    page = look("/page/country/MLI").page
    mark = page.locator(".column-funder .why").first
    tip = mark.locator(".tip")
    mark.hover()
    expect(tip).to_be_visible()
    tip.hover()
    expect(tip).to_be_visible()
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    page.mouse.move(0, 0)
    mark.hover()
    expect(tip).to_be_visible()
    page.mouse.move(0, 0)
    link = mark.locator("a")
    link.focus()
    expect(tip).to_be_visible()
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    expect(link).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(tip).to_be_visible()


@pytest.mark.parametrize("place", ["[aria-labelledby=develop]", "footer"])
def test_the_home_page_leads_to_the_schema(look: Look, place: str) -> None:
    page = look("/").page
    with page.expect_navigation():
        page.locator(place).get_by_role("link", name="Schema").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Schema")


@pytest.mark.parametrize("path", ["/page/act/HSP/HA.1/Res.5", KINDS["audit"]])
def test_a_page_fits_on_paper(look: Look, path: str) -> None:
    page = look(path).page
    page.emulate_media(media="print")
    page.set_viewport_size(A4)
    assert not _too_wide(page)


def _too_wide(page: Page) -> bool:
    """Return whether the page has to be moved sideways to be read."""
    root = "document.documentElement"
    wide: bool = page.evaluate(f"{root}.scrollWidth > {root}.clientWidth")
    return wide
