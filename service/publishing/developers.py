"""What programs can ask, told to the people who write them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, url_for

from graph.languages import noted
from service.formats import GRAPHS, QUADS, RESULTS, Format
from service.languages import gettext
from service.publishing.publication import address, publication

blueprint = Blueprint("developers", __name__)

_FORMATS: tuple[tuple[str, Sequence[Format[str]]], ...] = (
    (noted("Solutions and truth values"), RESULTS),
    (noted("Graphs"), GRAPHS),
    (noted("Datasets"), QUADS),
)
_ASK = (
    ("/sparql", noted("Queries in SPARQL 1.1, by GET or POST; without one, it describes itself.")),
    ("/questions", noted("Each question with its parameters, as CSV or JSON.")),
    ("/id/…", noted("The name of a thing: leads to a page or to data, as the request prefers.")),
    ("/graphs", noted("All graphs of the dataset, or one of them.")),
)
_DESCRIBED = (
    (
        "/void",
        noted(
            "The dataset in figures: classes, properties, links, share of labels in each "
            "language (VoID)."
        ),
    ),
    ("/catalog", noted("What is offered: dataset, releases, services (DCAT 3).")),
    ("/openapi.json", noted("Every path with its parameters (OpenAPI 3.1).")),
    ("/.well-known/sparql-examples/", noted("The questions as examples of SPARQL.")),
    (
        "/ontology/",
        noted("The ontology with all its terms; each version has an address of its own."),
    ),
    ("/shapes/", noted("The shapes (SHACL) that data have to fit.")),
    ("/prefixes.ttl", noted("The prefixes, for Turtle and SPARQL.")),
    ("/context.jsonld", noted("The context in which JSON is linked data.")),
    ("/sitemap.xml", noted("Every page there is.")),
    ("/ready", noted("Whether the service can answer.")),
    ("/metrics", noted("Figures about the running service, for Prometheus.")),
)


@dataclass(frozen=True)
class Door:
    """An address, what is there, and where it leads; nowhere if it is a pattern."""

    path: str
    words: str
    href: str


@dataclass(frozen=True)
class Row:
    """One format in the table of formats."""

    kind: str
    form: Format[str]


@blueprint.get("/developers")
def developers() -> str:
    """Show addresses, examples, formats and limits."""
    published = publication()
    return render_template(
        "developers.html",
        ask=[_door(path, message) for path, message in _ASK],
        described=[_door(path, message) for path, message in _DESCRIBED],
        formats=[Row(gettext(kind), form) for kind, forms in _FORMATS for form in forms],
        limits=published.limits,
        license=published.license,
        root=address("").removesuffix("/"),
        base=published.base,
    )


def _door(path: str, message: str) -> Door:
    href = "" if "…" in path else url_for("pages.home", lang=None) + path.removeprefix("/")
    return Door(path, gettext(message), href)
