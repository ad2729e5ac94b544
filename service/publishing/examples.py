"""The question library as examples of SPARQL, all together and one by one.

Source:
    SHACL Advanced Features, section 8 (sh:SPARQLExecutable); the convention of
    https://github.com/sib-swiss/sparql-examples for where examples are kept
"""

from __future__ import annotations

from flask import Blueprint, Response
from pyoxigraph import Literal, NamedNode

from graph.library.question import Question
from service.publishing.publication import place, publication
from service.publishing.statements import Statements, respond, suffixed, words
from service.serving import library

blueprint = Blueprint("examples", __name__, url_prefix="/.well-known/sparql-examples")


@blueprint.get("/")
@blueprint.get("/all.<suffix>", endpoint="all_file")
def together(suffix: str = "") -> Response:
    """Send every question."""
    to = Statements()
    for question in library().questions.values():
        _say(to, question)
    return respond(to, suffix)


@blueprint.get("/<name>")
def one(name: str) -> Response:
    """Send one question; the end of its name may be that of a format."""
    identifier, _, suffix = name.rpartition(".")
    if not identifier or suffixed(suffix) is None:
        identifier, suffix = name, ""
    to = Statements()
    _say(to, library().find(identifier))
    return respond(to, suffix)


def _say(to: Statements, question: Question) -> None:
    """Say what a question asks; parameters without a default are left out of its query."""
    base = f"{publication().base}.well-known/sparql-examples/"
    node = to.a(NamedNode(base + question.id), "sh:SPARQLExecutable", "sh:SPARQLSelectExecutable")
    to.say(
        node,
        ("rdfs:label", words(question.title)),
        ("rdfs:comment", words(question.explanation)),
        ("sh:select", Literal(question.bound({}, "en"))),
        ("schema:keywords", [Literal(word) for word in question.keywords]),
        ("schema:target", place("sparql")),
        ("rdfs:seeAlso", place(f"questions/{question.id}")),
    )
