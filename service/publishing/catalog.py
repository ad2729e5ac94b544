"""The catalogue of what is offered: the dataset, its releases, and the services that give it.

Source:
    Data Catalog Vocabulary, version 3, https://www.w3.org/TR/vocab-dcat-3/
"""

from __future__ import annotations

from flask import Blueprint, Response
from pyoxigraph import BlankNode, Literal, NamedNode

from graph.releases.model import Release, ReleaseFile
from graph.store.interface import Version
from graph.vocabulary import PREFIXES
from service.formats import QUADS
from service.publishing.publication import Publication, place, publication
from service.publishing.statements import (
    DATE_TIME,
    Node,
    Statements,
    in_every_language,
    media_type,
    noted,
    respond,
    term,
)
from service.publishing.subject import TITLE, say_dataset, say_publisher
from service.serving import reader

blueprint = Blueprint("catalog", __name__)

_PROTOCOL = "https://www.w3.org/TR/sparql11-protocol/"
_BYTES = NamedNode(PREFIXES["xsd"] + "nonNegativeInteger")
_HEX = NamedNode(PREFIXES["xsd"] + "hexBinary")
_RELEASES = noted("Releases of the dataset")
_ENDPOINT = noted("Questions of your own in SPARQL")
_PATHS = noted("Things, answers and files over HTTP")
_LIVE = noted("The dataset as it is now")


@blueprint.get("/catalog")
@blueprint.get("/catalog.<suffix>")
def catalog(suffix: str = "") -> Response:
    """Describe what is offered."""
    published, version = publication(), reader().version
    to = Statements()
    node = to.a(NamedNode(f"{published.base}catalog#catalog"), "dcat:Catalog")
    dataset = _say_live(to, published, version)
    releases = tuple(published.releases.all())
    series = _say_series(to, published, dataset)
    for newer, release in zip((None, *releases), releases, strict=False):
        _say_release(to, published, release, newer, series)
    services = _say_services(to, published, dataset)
    members = [dataset, series, *(_named(published, release) for release in releases)]
    to.say(
        node,
        ("dcterms:title", in_every_language(TITLE)),
        ("dcterms:license", NamedNode(published.license)),
        ("foaf:homepage", place("")),
        ("dcat:dataset", members),
        ("dcat:service", services),
    )
    if published.publisher:
        say_publisher(to, node, published.publisher)
    return respond(to, suffix)


def _say_live(to: Statements, published: Publication, version: Version) -> Node:
    """Say how the dataset as it is now is had."""
    dataset = to.a(say_dataset(to, published, version), "dcat:Dataset")
    to.say(
        dataset,
        ("dcat:landingPage", place("")),
        ("rdfs:seeAlso", NamedNode(f"{published.base}void")),
    )
    for form in QUADS:
        at = place(f"graphs?format={form.name}")
        live = to.a(BlankNode(f"live-{form.suffix}"), "dcat:Distribution")
        to.say(
            live,
            ("dcterms:title", in_every_language(_LIVE)),
            ("dcterms:license", NamedNode(published.license)),
            ("dcat:accessURL", at),
            ("dcat:downloadURL", at),
            ("dcat:mediaType", media_type(form.media_type)),
        )
        to.say(dataset, ("dcat:distribution", live))
    return dataset


def _say_series(to: Statements, published: Publication, dataset: Node) -> Node:
    series = to.a(NamedNode(f"{published.base}catalog#releases"), "dcat:DatasetSeries")
    to.say(series, ("dcterms:title", in_every_language(_RELEASES)))
    to.say(dataset, ("dcat:inSeries", series))
    return series


def _say_release(
    to: Statements, published: Publication, release: Release, newer: Release | None, series: Node
) -> None:
    node = to.a(_named(published, release), "dcat:Dataset")
    issued = Literal(release.issued, datatype=DATE_TIME)
    to.say(
        node,
        ("dcterms:title", in_every_language(TITLE)),
        ("dcterms:issued", issued),
        ("dcterms:license", NamedNode(published.license)),
        ("dcat:version", Literal(release.name)),
        ("dcat:inSeries", series),
    )
    if newer:
        to.say(_named(published, newer), ("dcat:prev", node), ("dcat:previousVersion", node))
    else:
        to.say(published.dataset, ("dcat:previousVersion", node))
        to.say(series, ("dcat:last", node), ("dcterms:modified", issued))
    for found in release.files:
        to.say(node, ("dcat:distribution", _say_dump(to, published, release, found)))


def _say_dump(to: Statements, published: Publication, release: Release, found: ReleaseFile) -> Node:
    path = f"dump/{release.name}/{found.name}"
    node = to.a(NamedNode(f"{published.base}{path}"), "dcat:Distribution")
    to.say(
        node,
        ("dcterms:title", Literal(found.name)),
        ("dcterms:license", NamedNode(published.license)),
        ("dcat:accessURL", place(path)),
        ("dcat:downloadURL", place(path)),
        ("dcat:byteSize", Literal(str(found.size), datatype=_BYTES)),
        ("dcat:mediaType", media_type(found.content_type)),
    )
    if found.media_type != found.content_type:
        to.say(node, ("dcat:compressFormat", media_type(found.media_type)))
    if found.sha256:
        checksum = to.a(BlankNode(f"sum-{found.sha256[:24]}"), "spdx:Checksum")
        to.say(
            checksum,
            ("spdx:algorithm", term("spdx:checksumAlgorithm_sha256")),
            ("spdx:checksumValue", Literal(found.sha256, datatype=_HEX)),
        )
        to.say(node, ("spdx:checksum", checksum))
    return node


def _say_services(to: Statements, published: Publication, dataset: Node) -> list[Node]:
    sparql = to.a(NamedNode(f"{published.base}catalog#sparql"), "dcat:DataService")
    to.say(
        sparql,
        ("dcterms:title", in_every_language(_ENDPOINT)),
        ("dcterms:conformsTo", NamedNode(_PROTOCOL)),
        ("dcat:endpointURL", place("sparql")),
        ("dcat:endpointDescription", place("sparql")),
        ("dcat:servesDataset", dataset),
    )
    paths = to.a(NamedNode(f"{published.base}catalog#http"), "dcat:DataService")
    to.say(
        paths,
        ("dcterms:title", in_every_language(_PATHS)),
        ("dcat:endpointURL", place("")),
        ("dcat:endpointDescription", place("openapi.json")),
        ("dcat:servesDataset", dataset),
        ("dcat:landingPage", place("developers")),
    )
    return [sparql, paths]


def _named(published: Publication, release: Release) -> NamedNode:
    return NamedNode(f"{published.base}catalog#release-{release.name}")
