"""What the descriptions say is what the data hold and the service does."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph
import pytest
from flask.testing import FlaskClient
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple

from graph.library.question import read_library
from graph.settings import DEFAULT_BASE, DEFAULT_LICENSE, Settings
from graph.store.embedded import EmbeddedReader
from graph.vocabulary import LANGUAGES, PREFIXES
from graph.workers.pool import WorkerPool
from graph.workspace import Workspace
from service.app import create_app
from service.publishing.statements import term

DATASET = NamedNode(f"{DEFAULT_BASE}void#dataset")
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
GRAPHS = ("ttl", "nt", "jsonld", "rdf")
DESCRIPTIONS = ("/void", "/catalog", "/.well-known/sparql-examples/all")
Node = NamedNode | BlankNode | Literal | Triple


class Graph:
    """The statements of a response, to be asked."""

    def __init__(self, body: bytes, form: RdfFormat = RdfFormat.TURTLE) -> None:
        self.triples = {quad.triple for quad in pyoxigraph.parse(body, format=form)}

    def values(self, subject: Node, name: str) -> set[str]:
        return {text(found) for found in self.nodes(subject, name)}

    def nodes(self, subject: Node, name: str) -> set[Node]:
        wanted = (subject, term(name))
        return {one.object for one in self.triples if (one.subject, one.predicate) == wanted}

    def value(self, subject: Node, name: str) -> str:
        (found,) = self.values(subject, name)
        return found

    def of_class(self, name: str) -> set[Node]:
        kind = term(name)
        return {one.subject for one in self.triples if one.object == kind}


def text(node: Node) -> str:
    assert not isinstance(node, Triple)
    return node.value


def graph(client: FlaskClient, address: str) -> Graph:
    response = client.get(address, headers={"Accept": "text/turtle"})
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    return Graph(response.data)


def partition(found: Graph, name: str, key: str, number: str) -> dict[str, int]:
    return {
        found.value(part, key): int(found.value(part, number))
        for part in found.nodes(DATASET, name)
    }


@pytest.mark.parametrize("address", DESCRIPTIONS)
def test_a_description_says_the_same_in_every_format(client: FlaskClient, address: str) -> None:
    sizes = set()
    for suffix in GRAPHS:
        form = RdfFormat.from_extension(suffix)
        assert form is not None
        response = client.get(f"{address}.{suffix}")
        assert response.mimetype == form.media_type
        sizes.add(len(Graph(response.data, form).triples))
        again = client.get(f"{address}.{suffix}")
        assert response.headers["ETag"] == again.headers["ETag"]
    assert len(sizes) == 1
    assert client.get(f"{address}.txt").status_code in {404, 406}


def test_the_figures_are_those_of_the_data(client: FlaskClient, store: EmbeddedReader) -> None:
    triples = {quad.triple for quad in store.engine}
    found = graph(client, "/void")
    assert int(found.value(DATASET, "void:triples")) == len(triples)
    properties = Counter(triple.predicate.value for triple in triples)
    assert partition(found, "void:propertyPartition", "void:property", "void:triples") == properties
    typed = [triple for triple in triples if triple.predicate == term("rdf:type")]
    classes = Counter(text(triple.object) for triple in typed)
    assert partition(found, "void:classPartition", "void:class", "void:entities") == classes
    assert int(found.value(DATASET, "void:entities")) == len({one.subject for one in typed})


def test_the_share_of_labels_is_told_for_each_language(
    client: FlaskClient, store: EmbeddedReader
) -> None:
    labels = {
        (quad.subject, quad.object.language)
        for quad in store.engine.quads_for_pattern(None, term("rdfs:label"), None)
        if isinstance(quad.object, Literal)
    }
    total = len({subject for subject, _ in labels})
    found = graph(client, "/void")
    parts = found.of_class("lime:LexicalizationSet")
    assert {found.value(part, "lime:language") for part in parts} >= set(LANGUAGES)
    for part in parts:
        tag = found.value(part, "lime:language")
        number = sum(language == tag for _, language in labels)
        assert int(found.value(part, "lime:references")) == number
        assert abs(float(found.value(part, "lime:percentage")) - number / total) < 0.0001


def test_links_to_others_are_counted_by_property_and_place(client: FlaskClient) -> None:
    found = graph(client, "/void")
    links = {
        (
            found.value(part, "void:linkPredicate").rpartition("#")[2],
            found.value(next(iter(found.nodes(part, "void:objectsTarget"))), "void:uriSpace"),
        ): int(found.value(part, "void:triples"))
        for part in found.of_class("void:Linkset")
    }
    assert links["exactMatch", "http://metadata.un.org/"] == 8
    assert not any(DEFAULT_BASE.startswith(place) and place == DEFAULT_BASE for _, place in links)


def test_the_well_known_address_leads_to_the_description(client: FlaskClient) -> None:
    response = client.get("/.well-known/void")
    assert response.headers["Location"] == "/void"


def test_the_catalogue_names_addresses_where_it_is_asked(client: FlaskClient) -> None:
    for root in ("http://one.example", "https://two.example:8443"):
        response = client.get("/catalog", base_url=root, headers={"Accept": "text/turtle"})
        found = Graph(response.data)
        (endpoint,) = (
            found.value(service, "dcat:endpointURL")
            for service in found.of_class("dcat:DataService")
            if found.values(service, "dcterms:conformsTo")
        )
        assert endpoint == f"{root}/sparql"
        assert found.values(DATASET, "dcterms:license") == {DEFAULT_LICENSE}
        assert len(found.nodes(DATASET, "dcterms:title")) == len(LANGUAGES)
        assert all(text(node).startswith(DEFAULT_BASE) for node in found.of_class("dcat:Dataset"))
        for live in found.nodes(DATASET, "dcat:distribution"):
            address = found.value(live, "dcat:downloadURL").removeprefix(root)
            media_type = found.value(live, "dcat:mediaType").partition("media-types/")[2]
            assert client.get(address).mimetype == media_type


def test_a_host_that_is_none_is_refused(client: FlaskClient) -> None:
    for address in ("/catalog", "/void", "/.well-known/sparql-examples/"):
        assert client.get(address, headers={"Host": "a b<c>"}).status_code == 400


def test_licence_and_publisher_are_those_that_are_set(tmp_path: Path, pool: WorkerPool) -> None:
    settings = Settings(home=tmp_path, license="https://example.org/l", publisher="A body")
    client = create_app(Workspace(settings), pool.ask).test_client()
    found = graph(client, "/catalog")
    assert len(found.of_class("dcat:DatasetSeries")) == 1
    assert found.values(DATASET, "dcterms:license") == {"https://example.org/l"}
    assert "A body" in client.get("/catalog.ttl").text


def test_questions_are_published_as_examples(client: FlaskClient, store: EmbeddedReader) -> None:
    questions = read_library().questions
    found = graph(client, "/.well-known/sparql-examples/")
    for identifier, question in questions.items():
        node = NamedNode(f"{DEFAULT_BASE}.well-known/sparql-examples/{identifier}")
        assert node in found.of_class("sh:SPARQLExecutable")
        labels = found.nodes(node, "rdfs:label")
        assert {one.language for one in labels if isinstance(one, Literal)} == set(LANGUAGES)
        answer = store.select(found.value(node, "sh:select"))
        assert answer == store.select(question.bound({}, "en"))
        one = graph(client, f"/.well-known/sparql-examples/{identifier}.ttl")
        assert one.triples == {triple for triple in found.triples if triple.subject == node}
    assert client.get("/.well-known/sparql-examples/none").status_code == 404


def test_prefixes_and_context_are_at_addresses_of_their_own(client: FlaskClient) -> None:
    head = client.get("/prefixes.ttl").text
    assert list(pyoxigraph.parse(head, format=RdfFormat.TURTLE)) == []
    assert client.get("/prefixes.json").get_json() == PREFIXES
    context = client.get("/context.jsonld")
    assert context.mimetype == "application/ld+json"
    assert context.headers["Access-Control-Allow-Origin"] == "*"
    assert "mg" in json.loads(context.text)["@context"]


def test_the_sitemap_names_every_page_once(client: FlaskClient, store: EmbeddedReader) -> None:
    parts = locations(client.get("/sitemap.xml").text, "sitemap")
    assert parts[0].endswith("/sitemap/pages.xml")
    pages = [
        address
        for part in parts
        for address in locations(client.get(part.removeprefix("http://localhost")).text, "url")
    ]
    assert len(pages) == len(set(pages))
    assert "http://localhost/page/act/HSP/HA.1/Res.5" in pages
    assert "http://localhost/ontology/Act" in pages
    assert not any("/statement/" in page for page in pages)
    assert re.search(r"<lastmod>\d{4}-\d\d-\d\dT", client.get("/sitemap/1.xml").text)
    assert client.get("/sitemap/0.xml").status_code == 404
    assert client.get("/sitemap/99.xml").status_code == 404
    robots = client.get("/robots.txt").text
    assert "Sitemap: http://localhost/sitemap.xml\n" in robots
    assert "Disallow: /sparql?\n" in robots


def locations(document: str, kind: str) -> list[str]:
    found: Iterable[ElementTree.Element] = ElementTree.fromstring(document)  # noqa: S314 - ours
    return [one.findtext(f"{SITEMAP}loc") or "" for one in found if one.tag == SITEMAP + kind]


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("/", "Dataset"),
        ("/page/act/HSP/HA.1/Res.5", "Legislation"),
        ("/page/agency/un-habitat", "Organization"),
        ("/page/event/wuf-10", "Event"),
        ("/page/country/CMR", "Country"),
        ("/ontology/Act", "DefinedTerm"),
    ],
)
def test_pages_say_what_they_are_about_to_search_engines(
    client: FlaskClient, address: str, kind: str
) -> None:
    page = client.get(address, headers={"Accept": "text/html"}).text
    (embedded,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    node = json.loads(embedded)
    assert node["@context"] == "https://schema.org"
    assert kind in node["@type"]
    assert node["@id"].startswith(DEFAULT_BASE)
    assert node["name"]


def test_an_empty_installation_is_described_too(empty: FlaskClient) -> None:
    for address in (
        "/void",
        "/catalog",
        "/openapi.json",
        "/sitemap.xml",
        "/metrics",
        "/developers",
    ):
        assert empty.get(address).status_code == 200, address
    assert "void:triples 0" in empty.get("/void.ttl").text
