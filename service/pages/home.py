"""The home page."""

from __future__ import annotations

from dataclasses import dataclass

from babel.numbers import format_decimal, format_percent
from flask import (
    Blueprint,
    Response,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from graph.languages import Language
from service.judging import judging
from service.languages import language
from service.negotiate import GRAPHS, PAGE, accepted
from service.pages.contents import read_contents
from service.pages.questions import question_groups
from service.publishing.links import Link, link
from service.publishing.publication import publication
from service.publishing.schemas import describe_dataset, embedded
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
def home() -> Response:
    """Show what the dataset holds, and the doors into it; programs are sent to the catalogue."""
    if accepted((PAGE, *GRAPHS)) in GRAPHS:
        response = make_response(redirect(url_for("catalog.catalog"), 303))
    else:
        response = make_response(_page())
    response.vary.add("Accept")
    return link(response, *_links())


def _page() -> str:
    store, spoken = reader(), language()
    published, version = publication(), store.version
    described = describe_dataset(published, version.number, published.changed(version))
    # Links carry the language on only where the address asks for it.
    key = (version.content, "contents", spoken.code, "lang" in request.args)
    return render_template(
        "home.html",
        contents=remembered().get(key, lambda: read_contents(store, spoken)),
        groups=question_groups(library(), spoken),
        completeness=_completeness(spoken),
        schema=embedded(described),
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


def _links() -> tuple[Link, ...]:
    """Return where machines go on from here.

    Source:
        RFC 8631 for ``service-desc`` and ``service-doc``.
    """
    described = [
        Link(url_for(f"{name}.{name}", lang=None), "describedby", form.media_type)
        for name in ("catalog", "void")
        for form in GRAPHS[:1]
    ]
    published = publication()
    return (
        Link(url_for("pages.home", lang=None), "canonical"),
        Link(published.dataset.value, "cite-as"),
        *described,
        Link(url_for("openapi.openapi", lang=None), "service-desc", "application/json"),
        Link(url_for("developers.developers", lang=None), "service-doc", "text/html"),
        Link(url_for("sitemap.index", lang=None), "sitemap", "application/xml"),
        Link("https://schema.org/Dataset", "type"),
        Link(published.license, "license"),
    )
