"""The home page."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, url_for

from service.languages import language
from service.negotiate import GRAPHS, PAGE, accepted
from service.pages.contents import read_contents
from service.pages.questions import question_groups
from service.publishing.links import Link, link
from service.publishing.publication import publication
from service.publishing.schemas import describe_dataset, embedded
from service.serving import library, reader

blueprint = Blueprint("pages", __name__)


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
    published, version = publication(), reader().version
    described = describe_dataset(published, version.number, published.changed(version))
    return render_template(
        "home.html",
        contents=read_contents(reader(), language()),
        groups=question_groups(library(), language()),
        schema=embedded(described),
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
