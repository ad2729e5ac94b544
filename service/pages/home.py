"""The home page."""

from __future__ import annotations

from dataclasses import dataclass

from babel.numbers import format_decimal, format_percent
from flask import Blueprint, render_template, request, url_for

from graph.languages import Language
from service.judging import judging
from service.languages import language
from service.pages.contents import read_contents
from service.pages.questions import question_groups
from service.remembering import remembered
from service.serving import library, reader

blueprint = Blueprint("pages", __name__)


@dataclass(frozen=True)
class Completeness:
    """How complete an audit that was kept found the record: so many of so many checks."""

    passed: str
    judged: str
    share: str
    waived: str
    dataset: int
    href: str


@blueprint.get("/")
def home() -> str:
    """Show what the dataset holds, and the doors into it."""
    store, spoken = reader(), language()
    # Links carry the language on only where the address asks for it.
    key = (store.version.content, "contents", spoken.code, "lang" in request.args)
    return render_template(
        "home.html",
        contents=remembered().get(key, lambda: read_contents(store, spoken)),
        groups=question_groups(library(), spoken),
        completeness=_completeness(spoken),
    )


def _completeness(spoken: Language) -> Completeness | None:
    """Return what the audit that was kept last says, ``None`` if none was kept."""
    run = judging().last()
    share = run.figures.total.completeness if run else None
    if run is None or share is None:
        return None
    total = run.figures.total
    return Completeness(
        format_decimal(total.passed, locale=spoken.locale),
        format_decimal(total.applicable - total.waived, locale=spoken.locale),
        format_percent(float(share), "#,##0.#%", locale=spoken.locale),
        format_decimal(total.waived, locale=spoken.locale),
        run.dataset,
        url_for("audits.page", run=run.id),
    )
