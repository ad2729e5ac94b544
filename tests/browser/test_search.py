"""The search box with suggestions: at the keyboard, in both directions of writing."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Look


@pytest.mark.parametrize("language", ["en", "ar"])
def test_keys_alone_choose_a_suggestion(look: Look, language: str) -> None:
    looked = look("/", language)
    page = looked.page
    box = page.get_by_role("combobox")
    box.focus()
    box.press_sequentially("camer")
    page.wait_for_selector("[role=option]")
    assert box.get_attribute("aria-expanded") == "true"
    box.press("ArrowDown")
    active = box.get_attribute("aria-activedescendant")
    assert page.locator(f"#{active}").get_attribute("aria-selected") == "true"
    box.press("Escape")
    assert box.get_attribute("aria-expanded") == "false"
    assert box.get_attribute("aria-activedescendant") is None
    box.press("ArrowDown")
    page.wait_for_selector("[role=option]")
    box.press("ArrowDown")
    with page.expect_navigation():
        box.press("Enter")
    assert "/page/country/CMR" in page.url
    assert looked.outside == []
    assert looked.complaints == []


def test_without_choosing_the_form_is_sent(look: Look) -> None:
    page = look("/").page
    box = page.get_by_role("combobox")
    box.fill("gender equality")
    with page.expect_navigation():
        box.press("Enter")
    assert page.url.endswith("/search?q=gender+equality")
    assert page.locator(".results mark").count() > 3
