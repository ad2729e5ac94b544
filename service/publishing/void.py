"""The dataset in figures, counted from the data as they are.

Source:
    Describing Linked Datasets with the VoID Vocabulary, https://www.w3.org/TR/void/;
    Lexical Metadata of lemon, section 6 of https://www.w3.org/2016/05/ontolex/
"""

from __future__ import annotations

from itertools import islice

from flask import Blueprint, Response, make_response, redirect, url_for
from pyoxigraph import BlankNode, Literal, NamedNode
from werkzeug.exceptions import NotFound

from graph.links import read_links
from graph.releases.model import LINKS
from graph.store.interface import ReadStore, value
from graph.vocabulary import ONTOLOGY, PREFIXES, mg
from service.formats import GRAPHS, QUADS
from service.publishing.figures import Figures
from service.publishing.publication import Publication, place, publication
from service.publishing.statements import Node, Statements, count, respond, suffixed, term
from service.publishing.subject import say_dataset
from service.serving import reader

_DUMPED = {form.media_type for form in (*GRAPHS, *QUADS)}

blueprint = Blueprint("void", __name__)

_FORMATS = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML")
_EXAMPLES = ("Act", "Mandate", "Event")
_SHARE = NamedNode(PREFIXES["xsd"] + "decimal")


@blueprint.get("/.well-known/void")
def well_known() -> Response:
    """Send those who look at the well-known address to the description.

    Source:
        VoID, section 7.2.
    """
    return redirect(url_for("void.void"), 302)  # type: ignore[return-value]


@blueprint.get("/void")
@blueprint.get("/void.<suffix>")
def void(suffix: str = "") -> Response:
    """Describe the dataset: classes, properties, links, languages."""
    store, published = reader(), publication()
    figures = published.figures(store)
    to = Statements()
    document = to.a(NamedNode(f"{published.base}void"), "void:DatasetDescription")
    dataset = say_dataset(to, published, store.version)
    to.say(document, ("foaf:primaryTopic", dataset), ("dcterms:title", Literal("VoID")))
    _say_access(to, dataset, published, store)
    _say_figures(to, dataset, figures)
    _say_languages(to, dataset, figures)
    _say_links(to, dataset, published, figures)
    return respond(to, suffix)


@blueprint.get("/void/links.<suffix>")
def links(suffix: str) -> Response:
    """Send the links that lead to what others describe.

    Raises:
        NotFound: If the suffix is that of no format.
    """
    form = suffixed(suffix)
    if form is None:
        raise NotFound("There is no such format.")
    response = make_response(read_links(reader(), publication().base, form.name))
    response.headers["Content-Type"] = form.content_type
    return response


def _say_access(to: Statements, dataset: Node, published: Publication, store: ReadStore) -> None:
    to.a(dataset, "void:Dataset")
    dumps = [
        place(f"dump/{release.name}/{dump.name}")
        for release in islice(published.releases.all(), 1)
        for dump in release.files
        if dump.content_type in _DUMPED and dump.name != LINKS
    ]
    to.say(
        dataset,
        ("foaf:homepage", place("")),
        ("void:sparqlEndpoint", place("sparql")),
        ("void:dataDump", dumps or [place("graphs?format=nquads")]),
        ("void:uriSpace", Literal(f"{published.base}id/")),
        ("void:exampleResource", _examples(store)),
        ("void:vocabulary", [NamedNode(ONTOLOGY), NamedNode(PREFIXES["skos"])]),
        ("void:feature", [term(f"formats:{name}") for name in _FORMATS]),
    )


def _released(published: Publication, name: str) -> list[NamedNode]:
    """Return where a file of the newest release is."""
    return [
        place(f"dump/{release.name}/{name}")
        for release in islice(published.releases.all(), 1)
        if release.file(name)
    ]


def _examples(store: ReadStore) -> list[NamedNode]:
    """Return the first thing of some kinds."""
    queries = [f"SELECT ?t {{ ?t a {mg(name)} }} ORDER BY ?t LIMIT 1" for name in _EXAMPLES]
    return [NamedNode(value(row[0])) for query in queries for row in store.select(query).rows]


def _say_figures(to: Statements, dataset: Node, figures: Figures) -> None:
    to.say(
        dataset,
        ("void:triples", count(figures.triples)),
        ("void:entities", count(figures.entities)),
        ("void:classes", count(len(figures.classes))),
        ("void:properties", count(len(figures.properties))),
    )
    for number, (name, entities) in enumerate(figures.classes.items()):
        part = BlankNode(f"class{number}")
        to.say(part, ("void:class", NamedNode(name)), ("void:entities", count(entities)))
        to.say(dataset, ("void:classPartition", part))
    for number, (name, triples) in enumerate(figures.properties.items()):
        part = BlankNode(f"property{number}")
        to.say(part, ("void:property", NamedNode(name)), ("void:triples", count(triples)))
        to.say(dataset, ("void:propertyPartition", part))


def _say_languages(to: Statements, dataset: Node, figures: Figures) -> None:
    """Say of how many of the things with a label there is one in each language."""
    for tag, labelled in figures.labels.items():
        part = to.a(BlankNode(f"labels-{tag}"), "lime:LexicalizationSet", "void:Dataset")
        share = f"{labelled / figures.labelled:.4f}"
        to.say(
            part,
            ("lime:referenceDataset", dataset),
            ("lime:lexicalizationModel", NamedNode(PREFIXES["rdfs"].removesuffix("#"))),
            ("lime:language", Literal(tag)),
            ("lime:references", count(labelled)),
            ("lime:percentage", Literal(share, datatype=_SHARE)),
        )
        to.say(dataset, ("void:subset", part))


def _say_links(to: Statements, dataset: Node, published: Publication, figures: Figures) -> None:
    for number, links in enumerate(figures.links):
        part = to.a(BlankNode(f"links{number}"), "void:Linkset")
        target = to.a(BlankNode(f"target{number}"), "void:Dataset")
        to.say(target, ("void:uriSpace", Literal(links.target)))
        to.say(
            part,
            ("void:subjectsTarget", dataset),
            ("void:objectsTarget", target),
            ("void:linkPredicate", NamedNode(links.property)),
            ("void:triples", count(links.count)),
        )
        to.say(dataset, ("void:subset", part))
    if figures.links:
        every = to.a(NamedNode(f"{published.base}void#links"), "void:Dataset")
        files = [place(f"void/links.{form.suffix}") for form in GRAPHS]
        to.say(
            every,
            ("dcterms:license", NamedNode(published.license)),
            ("void:triples", count(sum(links.count for links in figures.links))),
            ("void:dataDump", [*files, *_released(published, LINKS)]),
        )
        to.say(dataset, ("void:subset", every))
