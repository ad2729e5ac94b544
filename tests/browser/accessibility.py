"""Axe in a page, at a pace that lets it look at every page, language and theme."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

STANDARD = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
COLOURS = "cat.color"
"""Rules that a theme can break; they are all that looks at colours."""


def faults(page: Page, *rules: str) -> list[str]:
    """Return what breaks rules of accessibility, the first places of each.

    Args:
        page: What to look at; axe stays in it for the next look.
        rules: Tags of axe's rules.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(_SCRIPT)
    options = {"runOnly": list(rules), "resultTypes": ["violations"]}
    found = page.evaluate("options => axe.run(options)", options)["violations"]
    return [
        f"{fault['id']}: {node['html'][:160]}" for fault in found for node in fault["nodes"][:3]
    ]


_KEPT = """
class Kept {
  #key = Symbol();
  constructor(entries = []) { for (const [thing, value] of entries) this.set(thing, value); }
  has(thing) { return this.#key in Object(thing); }
  get(thing) { return thing?.[this.#key]; }
  set(thing, value) { thing[this.#key] = value; return this; }
  add(thing) { return this.set(thing, true); }
  delete(thing) { return delete thing[this.#key]; }
}
"""
"""What axe has as weak maps and sets: each field of each of its colours is in one.

A page of a thousand cells makes millions of them; on the thing itself they cost a tenth.
"""

_COLOURS_READ_ONCE = """
const {prototype} = axe.commons.color.Color;
const read = prototype.parseString;
const known = new Map();
prototype.parseString = function (text) {
  if (known.has(text)) {
    [this.r, this.g, this.b, this.alpha] = known.get(text);
  } else {
    read.call(this, text);
    known.set(text, [this.r, this.g, this.b, this.alpha]);
  }
  return this;
};
"""
"""Axe reads the colour of every element below every text anew, though a page has a dozen."""

_SCRIPT = f"""(() => {{
{_KEPT}
((WeakMap, WeakSet) => {{
{AXE_SCRIPT}
}})(Kept, Kept);
{_COLOURS_READ_ONCE}
}})()"""
