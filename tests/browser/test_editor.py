"""The SPARQL editor in a browser, and the plain field where the editor is not."""

from __future__ import annotations

import os
import re

import pytest
from playwright.sync_api import Page, expect

from service.built import built_script
from tests.browser.accessibility import COLOURS, STANDARD, faults
from tests.browser.conftest import Look

BUILT = bool(built_script("editor")) or os.environ.get("FRONTEND") == "require"
QUERY = "SELECT ?act (COUNT(*) AS ?n) { ?m mg:underAct ?act } GROUP BY ?act LIMIT 4"
NATIVE = "Applying inline style violates"
"""What Chromium complains of when it replaces a selection itself."""

with_editor = pytest.mark.skipif(not BUILT, reason="The editor was not built here.")


def write(page: Page, query: str) -> None:
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(query)


@with_editor
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_editor_serves_everybody(look: Look, language: str) -> None:
    looked = look("/sparql", language)
    page = looked.page
    page.locator(".cm-content").wait_for()
    write(page, "SELECT * { ?s a mg:Mand")
    page.keyboard.press("Control+Space")
    page.locator(".cm-tooltip-autocomplete").wait_for()
    assert faults(page, *STANDARD) == []
    page.emulate_media(color_scheme="dark")
    assert faults(page, COLOURS) == []
    assert looked.outside == []
    assert [text for text in looked.complaints if not text.startswith(NATIVE)] == []


@with_editor
def test_a_term_is_completed_and_its_prefix_declared(look: Look) -> None:
    page = look("/sparql").page
    page.locator(".cm-content").wait_for()
    write(page, "SELECT * { ?s a mg:Mandat")
    page.keyboard.press("Control+Space")
    page.locator(".cm-tooltip-autocomplete li", has_text="mg:Mandate").first.click()
    query = page.locator("#query").input_value()
    assert query.startswith("PREFIX mg: <https://w3id.org/mandategraph/ontology/>\n")
    assert query.endswith("?s a mg:Mandate")


@with_editor
def test_keys_run_a_query_on_the_same_page_and_back_again(look: Look) -> None:
    page = look("/sparql").page
    page.locator(".cm-content").wait_for()
    page.evaluate("window.kept = true")
    write(page, QUERY)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#result table tbody tr")).to_have_count(4)
    assert page.evaluate("window.kept")
    assert re.search(r"\?query=PREFIX\+mg", page.url)
    expect(page.locator("#told")).to_have_text("4 rows")
    assert "query=PREFIX" in (page.locator(".languages a").first.get_attribute("href") or "")
    page.get_by_text("Show as a chart").click()
    expect(page.locator("#result svg rect.bar")).to_have_count(4)
    write(page, "ASK {}")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".truth")).to_have_text("Yes")
    page.go_back()
    expect(page.locator("#result table tbody tr")).to_have_count(4)
    assert page.locator("#query").input_value().endswith(QUERY)
    page.reload()
    expect(page.locator("#result table tbody tr")).to_have_count(4)


@with_editor
def test_a_mistake_is_marked_where_it_is(look: Look) -> None:
    page = look("/sparql").page
    page.locator(".cm-content").wait_for()
    write(page, "SELECT * {\n ?a ?? ?b }")
    page.keyboard.press("Control+Enter")
    page.locator(".cm-lintRange-error").wait_for()
    expect(page.locator("#result [data-line]")).to_have_attribute("data-line", "2")
    expect(page.locator(".cm-gutter-lint .cm-lint-marker-error")).to_have_count(1)


@with_editor
def test_the_keyboard_leads_into_the_editor_and_out_of_it(look: Look) -> None:
    page = look("/sparql").page
    editor = page.locator(".cm-content")
    editor.wait_for()
    editor.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "BUTTON"
    page.keyboard.press("Shift+Tab")
    expect(editor).to_be_focused()
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("!document.activeElement.closest('.cm-editor')")


def test_without_the_editor_the_form_asks_all_the_same(look: Look) -> None:
    page = look("/sparql").page
    page.route("**/vendor/**", lambda route: route.abort())
    page.reload()
    field = page.locator("#query")
    expect(field).to_be_visible()
    field.fill("ASK {}")
    page.get_by_role("button", name="Run the query").click()
    expect(page.locator(".truth")).to_have_text("Yes")
    assert "query=ASK" in page.url
