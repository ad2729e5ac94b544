"""Names below the base that are of documents, not of things: graphs and shapes."""

from __future__ import annotations

from functools import cache
from urllib.parse import quote

import pyoxigraph
from flask import Blueprint, Response, make_response, redirect, url_for
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple
from werkzeug.exceptions import NotFound

from graph.resources import folder, texts
from graph.store.interface import Term
from graph.vocabulary import SHAPES
from service.publishing.publication import publication
from service.publishing.statements import Statements, respond
from service.serving import reader

blueprint = Blueprint("names", __name__)


@blueprint.get("/graph/<path:path>")
def graph(path: str) -> Response:
    """Send the asker from the name of a graph to its statements.

    Raises:
        NotFound: If there is no graph of that name.
    """
    name = f"{publication().base}graph/{quote(path, safe='/-._~')}"
    if name not in reader().version.graphs:
        raise NotFound("There is no graph of that name.")
    return make_response(redirect(url_for("graph_store.named", graph=name, lang=None), 303))


@blueprint.get("/shapes/", defaults={"path": ""})
@blueprint.get("/shapes/<path:path>")
def shapes(path: str) -> Response:
    """Send all shapes, and those who ask for one to the document of all.

    Each is written for its neighbours, and none is understood alone.

    Raises:
        NotFound: If no shape has that name.
    """
    triples, names = _shapes()
    if path and SHAPES + path not in names:
        raise NotFound("There is no shape of that name.")
    if path:
        return make_response(redirect(url_for("names.shapes", lang=None), 303))
    to = Statements()
    to.triples = list(triples)
    return respond(to)


@cache
def _shapes() -> tuple[tuple[Triple, ...], frozenset[str]]:
    """Return all shapes and their names; blank nodes are counted, to be the same every time."""
    labels: dict[BlankNode, BlankNode] = {}

    def labelled(term: Term) -> Term:
        if isinstance(term, BlankNode):
            return labels.setdefault(term, BlankNode(f"b{len(labels)}"))
        return term

    triples = tuple(
        Triple(labelled(quad.subject), quad.predicate, labelled(quad.object))  # type: ignore[arg-type]
        for text in texts(folder("shapes"), ".ttl").values()
        for quad in pyoxigraph.parse(text, format=RdfFormat.TURTLE, rename_blank_nodes=True)
    )
    subjects = {triple.subject for triple in triples}
    return triples, frozenset(node.value for node in subjects if isinstance(node, NamedNode))
