"""What every description says of the dataset itself: its name, licence, age and makers."""

from __future__ import annotations

from pyoxigraph import BlankNode, Literal, NamedNode

from graph.store.interface import Version
from graph.vocabulary import LANGUAGES, ONTOLOGY
from service.publishing.publication import Publication
from service.publishing.statements import (
    DATE_TIME,
    Node,
    Statements,
    in_every_language,
    noted,
)

TITLE = noted("Mandate Graph")
DESCRIPTION = noted(
    "Resolutions and decisions, the mandates in them, the money, the places and the progress "
    "reported: one graph, in which every fact names the paragraph it rests on."
)
KEYWORDS = ("resolution", "decision", "mandate", "funding", "progress report")
_TONGUES = "http://id.loc.gov/vocabulary/iso639-1/"


def say_dataset(to: Statements, published: Publication, version: Version) -> Node:
    """Say what a dataset is called, who publishes it, of which version it is, and return it."""
    dataset = published.dataset
    to.say(
        dataset,
        ("dcterms:title", in_every_language(TITLE)),
        ("dcterms:description", in_every_language(DESCRIPTION)),
        ("dcterms:license", NamedNode(published.license)),
        ("dcterms:conformsTo", NamedNode(ONTOLOGY)),
        ("dcterms:language", [NamedNode(_TONGUES + tag) for tag in LANGUAGES]),
        ("dcat:version", Literal(str(version.number))),
        ("dcat:keyword", [Literal(word, language="en") for word in KEYWORDS]),
    )
    if version.content:
        to.say(dataset, ("dcterms:identifier", Literal(f"sha256:{version.content}")))
    if changed := published.changed(version):
        to.say(dataset, ("dcterms:modified", Literal(changed, datatype=DATE_TIME)))
    if published.publisher:
        say_publisher(to, dataset, published.publisher)
    return dataset


def say_publisher(to: Statements, of: Node, name: str) -> None:
    """Say who publishes something."""
    agent = to.a(BlankNode("publisher"), "foaf:Agent")
    to.say(agent, ("foaf:name", Literal(name)))
    to.say(of, ("dcterms:publisher", agent))
