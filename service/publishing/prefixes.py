"""Short names for long ones: the prefixes, and the context of JSON-LD."""

from __future__ import annotations

import json

from flask import Blueprint, Response, make_response

from graph.resources import folder
from graph.vocabulary import PREFIXES, declared

blueprint = Blueprint("prefixes", __name__)


@blueprint.get("/prefixes.ttl")
def turtle() -> Response:
    """Send the prefixes as Turtle and SPARQL understand them.

    Source:
        RDF 1.1 Turtle, section 6.5 (sparqlPrefix).
    """
    return _sent(declared(), "text/turtle; charset=utf-8")


@blueprint.get("/prefixes.json")
def listed() -> Response:
    """Send the prefixes as one JSON object."""
    return _sent(json.dumps(PREFIXES, indent=1) + "\n", "application/json")


@blueprint.get("/context.jsonld")
def context() -> Response:
    """Send the context in which the terms of the ontology are plain words of JSON.

    Source:
        JSON-LD 1.1, section 3.1.
    """
    text = folder("ontology").joinpath("context.jsonld").read_text("utf-8")
    return _sent(text, "application/ld+json")


def _sent(text: str, media_type: str) -> Response:
    response = make_response(text)
    response.headers["Content-Type"] = media_type
    return response
