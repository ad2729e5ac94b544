"""Changes on the web: for people, for feed readers, and for those who keep copies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from rdflib import RDF, Graph, Namespace, URIRef
from rdflib.term import Node

from graph.languages import NAMES
from tests.releases.conftest import ID, Published

ATOM = "{http://www.w3.org/2005/Atom}"
LDES = Namespace("https://w3id.org/ldes#")
TREE = Namespace("https://w3id.org/tree#")
MG = Namespace("https://w3id.org/mandategraph/ontology/")
VERSION_OF = URIRef("http://purl.org/dc/terms/isVersionOf")
WHEN = URIRef("http://www.w3.org/ns/prov#generatedAtTime")
DELETED = URIRef("https://www.w3.org/ns/activitystreams#Delete")
FORUM = URIRef(f"{ID}event/new-forum")
FILTERS = ["", "act=HSP/HA.1/Res.5", "country=MLI", "agency=un-habitat"]
STATED = {"": [4, 3, 2, 1], "act=HSP/HA.1/Res.5": [4, 2, 1], "country=MLI": [3, 2, 1]}
"""The versions that are found: a forum comes, loses its country, and goes."""


@pytest.mark.parametrize(("given", "versions"), STATED.items())
def test_versions_are_listed_by_what_they_changed(
    client: FlaskClient, given: str, versions: list[int]
) -> None:
    page = client.get(f"/changes?{given}").text
    assert [int(found) for found in re.findall(r'href="/changes/(\d+)', page)] == versions
    # Who writes is no business of strangers.
    assert "registry" not in page


@pytest.mark.parametrize("language", NAMES)
@pytest.mark.parametrize("path", ["/changes", "/changes/1", "/changes/2", "/changes/4?country=MLI"])
def test_changes_are_shown_in_every_language(client: FlaskClient, path: str, language: str) -> None:
    reply = client.get(f"{path}{'&' if '?' in path else '?'}lang={language}")
    assert reply.status_code == 200
    assert f'<html lang="{language}"' in reply.text


def test_facts_are_told_with_their_source(client: FlaskClient) -> None:
    added = client.get("/changes/2").text
    assert "new-forum" in added
    assert "urn:x:new" in added
    assert "&lt;b&gt;&amp;" in added
    assert "removed" in client.get("/changes/3").text
    assert ", paragraph " in client.get("/changes/1?act=HSP/HA.1/Res.5&page=2").text


def test_pages_of_facts_hold_every_fact_once(client: FlaskClient) -> None:
    """The rows of all pages are as many as the first page says there are."""
    first = client.get("/changes/1?country=MLI&lang=en").text
    count = int(re.search(r">(\d+) facts", first)[1])  # type: ignore[index]
    last = int(re.search(r"Page 1 of (\d+)", first)[1]) if "Page 1" in first else 1  # type: ignore[index]
    pages = [client.get(f"/changes/1?country=MLI&page={page + 1}").text for page in range(last)]
    assert sum(page.count('<th scope="row">') for page in pages) == count
    assert client.get(f"/changes/1?country=MLI&page={last + 1}").status_code == 404


BAD = {
    "/changes?act=nothing": 400,
    "/changes?theme=water": 400,
    "/changes?act=HSP/HA.1/Res.5&act=x": 400,
    "/changes?before=x": 400,
    "/changes?before=-1": 400,
    "/changes?before=99999999999": 400,
    "/changes/1?page=0": 400,
    "/changes/1?page=9999": 404,
    "/changes/1?country=nowhere": 400,
    "/changes/0": 404,
    "/changes/99": 404,
    "/changes/x": 404,
    "/changes/..%2f..%2fx": 404,
    "/changes.atom?act=nothing": 400,
    "/changes.atom?when=now": 400,
    "/changes.rss": 404,
    "/changes/ldes?country=nowhere": 400,
    "/changes/ldes/1": 404,
    "/changes/ldes/1-000000000000": 404,
    "/changes/ldes/x-y": 404,
    "/changes/ldes/99-000000000000": 404,
    "/changes/ldes/..%2fx": 404,
}


@pytest.mark.parametrize(("path", "status"), BAD.items())
def test_what_cannot_be_shown_is_said(client: FlaskClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status


@pytest.mark.parametrize("path", ["/changes", "/changes.atom", "/changes/ldes"])
def test_without_a_history_that_is_said(empty: FlaskClient, path: str) -> None:
    reply = empty.get(path)
    assert reply.status_code == 200
    if path == "/changes":
        assert "No change that matches" in reply.text


@pytest.mark.parametrize("language", NAMES)
@pytest.mark.parametrize("given", FILTERS)
def test_the_feed_is_atom(client: FlaskClient, given: str, language: str) -> None:
    """Checks what RFC 4287 demands of feeds and entries (sections 4.1.1 and 4.1.2)."""
    reply = client.get(f"/changes.atom?{given}&lang={language}")
    assert reply.mimetype == "application/atom+xml"
    assert reply.headers["ETag"]
    feed = ElementTree.fromstring(reply.data)  # noqa: S314 - our own
    assert feed.tag == f"{ATOM}feed"
    entries = feed.findall(f"{ATOM}entry")
    assert entries
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    ids = []
    for part in (feed, *entries):
        (identifier,) = part.findall(f"{ATOM}id")
        (title,) = part.findall(f"{ATOM}title")
        (updated,) = part.findall(f"{ATOM}updated")
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", identifier.text or "")
        assert title.text
        assert datetime.fromisoformat(updated.text or "").tzinfo
        links = {link.get("rel"): link.get("href", "") for link in part.findall(f"{ATOM}link")}
        assert all(place.startswith("http://") for place in links.values())
        assert "alternate" in links
        assert "self" in links or part is not feed
        assert client.get(links["alternate"]).status_code == 200
        ids.append(identifier.text)
    assert len(set(ids)) == len(ids)
    times = [entry.findtext(f"{ATOM}updated") or "" for entry in entries]
    assert times == sorted(times, reverse=True)
    assert feed.findtext(f"{ATOM}updated") == times[0]


def test_the_same_changes_give_the_same_feed(client: FlaskClient) -> None:
    first, second = (client.get("/changes.atom?country=MLI").data for _ in range(2))
    assert first == second
    assert client.get("/changes.atom").data != first


def walked(client: FlaskClient, path: str) -> Iterator[tuple[str, Graph]]:
    """Yield each page of a stream with its address, as a client follows them."""
    waiting, seen = [path], set()
    while waiting:
        place = waiting.pop()
        if place in seen:
            continue
        seen.add(place)
        reply = client.get(place, headers={"Accept": "text/turtle"})
        assert (reply.status_code, reply.mimetype) == (200, "text/turtle")
        graph = Graph().parse(data=reply.data, format="turtle")
        assert URIRef(f"http://localhost{place}") in set(graph.subjects(RDF.type, TREE.Node))
        yield place, graph
        waiting += [
            str(node).removeprefix("http://localhost") for node in graph.objects(None, TREE.node)
        ]


def members(graph: Graph) -> dict[Node, Node]:
    """Return what each member of a page is a version of."""
    found = {}
    for member in graph.objects(None, TREE.member):
        (thing,) = graph.objects(member, VERSION_OF)
        (_,) = graph.objects(member, WHEN)
        found[member] = thing
    return found


@pytest.mark.parametrize("given", ["?country=MLI", "?act=HSP/HA.1/Res.5"])
def test_every_changed_thing_is_a_member_once_for_each_version(
    client: FlaskClient, given: str
) -> None:
    pages = list(walked(client, f"/changes/ldes{given}"))
    streams = {
        stream for _, graph in pages for stream in graph.subjects(RDF.type, LDES.EventStream)
    }
    assert len(streams) == 1
    every = [item for _, graph in pages for item in members(graph).items()]
    assert len(dict(every)) == len(every)
    assert sum(thing == FORUM for _, thing in every) == 2


def test_members_are_things_as_they_were(client: FlaskClient) -> None:
    """The forum is there with its country, then without, then gone."""
    root = Graph().parse(data=client.get("/changes/ldes").data, format="turtle")
    places = {str(node) for node in root.objects(None, TREE.node)}
    states = {}
    for place in places:
        number = int(place.rpartition("/")[2].partition("-")[0])
        if number == 1:
            continue
        reply = client.get(place.removeprefix("http://localhost"))
        assert "immutable" in reply.headers["Cache-Control"]
        graph = Graph().parse(data=reply.data, format="turtle")
        (member,) = (member for member, thing in members(graph).items() if thing == FORUM)
        states[number] = {predicate for predicate in graph.predicates(member)}
    kept = {VERSION_OF, WHEN, RDF.type}
    assert states == {2: kept | {MG.hostCountry, MG.serves}, 3: kept | {MG.serves}, 4: kept}


def test_a_thing_that_is_gone_is_marked(client: FlaskClient) -> None:
    for place, graph in walked(client, "/changes/ldes?act=HSP/HA.1/Res.5"):
        gone = set(graph.subjects(RDF.type, DELETED))
        assert gone == (
            {m for m, t in members(graph).items() if t == FORUM} if "/4-" in place else set()
        )


def test_large_versions_go_on_in_further_pages(client: FlaskClient) -> None:
    root = Graph().parse(data=client.get("/changes/ldes").data, format="turtle")
    first = next(str(node) for node in root.objects(None, TREE.node) if "/1-" in str(node))
    place = first.removeprefix("http://localhost")
    one, two = client.get(place), client.get(f"{place}/2")
    graphs = [Graph().parse(data=reply.data, format="turtle") for reply in (one, two)]
    assert set(graphs[0].objects(None, TREE.node)) == {URIRef(f"{first}/2")}
    counts = [len(members(graph)) for graph in graphs]
    assert counts == [100, 100]
    assert not set(members(graphs[0])) & set(members(graphs[1]))
    assert client.get(place).headers["ETag"] == one.headers["ETag"]
    assert client.get(f"{place}/0").status_code == 404
    assert client.get(f"{place}/9999").status_code == 404


@pytest.mark.parametrize(
    ("accept", "status", "kind"),
    [
        ("*/*", 200, "text/turtle"),
        ("application/ld+json", 200, "application/ld+json"),
        ("application/n-triples", 200, "application/n-triples"),
        ("image/png", 406, "application/problem+json"),
    ],
)
def test_the_stream_is_sent_as_it_is_asked_for(
    client: FlaskClient, accept: str, status: int, kind: str
) -> None:
    reply = client.get("/changes/ldes", headers={"Accept": accept})
    assert (reply.status_code, reply.mimetype) == (status, kind)


def test_only_what_is_published_is_shown(published: Published) -> None:
    assert published.workspace.store.version().number == 4
    assert published.client.get("/changes?before=3").text.count("/changes/3?") == 0
