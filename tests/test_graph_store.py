"""The Graph Store Protocol, to the letter, and what it is sent by the careless and the hostile."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from pyoxigraph import RdfFormat, parse

from tests.writing import BEARER, TURTLE, Served, served

ONE = b"<urn:s> <urn:p> 1 ."
TWO = b"<urn:s> <urn:p> 2 ."


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("graphs")) as found:
        yield found


def named(name: str) -> str:
    return "/graphs?graph=" + quote(name, safe="")


def put(service: Served, address: str, body: bytes, kind: str = "text/turtle") -> int:
    headers = {**BEARER, "Content-Type": kind}
    return service.client.put(address, data=body, headers=headers).status_code


def statements(service: Served, address: str) -> set[str]:
    response = service.client.get(address, headers={"Accept": "application/n-triples"})
    assert response.status_code == 200, response.data
    return {str(quad.triple) for quad in parse(response.data, format=RdfFormat.N_TRIPLES)}


def test_the_life_of_a_graph(service: Served) -> None:
    client, address = service.client, named("urn:x:life")
    assert client.get(address).status_code == 404
    assert client.head(address).status_code == 404
    assert put(service, address, ONE) == 201
    assert put(service, address, TWO) == 204
    assert len(statements(service, address)) == 1
    response = client.post(address, data=ONE, headers=TURTLE)
    assert (response.status_code, len(statements(service, address))) == (200, 2)
    head = client.head(address)
    assert (head.status_code, head.mimetype, head.data) == (200, "text/turtle", b"")
    assert client.delete(address, headers=BEARER).status_code == 200
    assert client.delete(address, headers=BEARER).status_code == 404
    assert client.get(address).status_code == 404


def test_an_address_below_graphs_is_the_name_of_its_graph(service: Served) -> None:
    assert put(service, "/graphs/person/1%20a.ttl", b"<> <urn:p> <other> .") == 201
    name = "http://localhost/graphs/person/1%20a.ttl"
    assert statements(service, named(name)) == {
        f"<{name}> <urn:p> <http://localhost/graphs/person/other>"
    }
    assert service.client.get("/graphs/person/1%20a.ttl").status_code == 200
    assert service.client.get("/graphs/person/2.ttl").status_code == 404


def test_the_default_graph(service: Served) -> None:
    client = service.client
    assert client.get("/graphs?default").status_code == 200
    assert put(service, "/graphs?default", ONE) == 201
    assert put(service, "/graphs?default", TWO) == 204
    assert statements(service, "/graphs?default") == {
        '<urn:s> <urn:p> "2"^^<http://www.w3.org/2001/XMLSchema#integer>'
    }
    assert client.delete("/graphs?default", headers=BEARER).status_code == 200
    assert client.delete("/graphs?default", headers=BEARER).status_code == 200
    assert client.get("/graphs?default").status_code == 200


def test_a_post_to_the_store_makes_a_graph_and_says_where(service: Served) -> None:
    response = service.client.post("/graphs", data=b"[] <urn:p> [] .", headers=TURTLE)
    assert response.status_code == 201
    place = response.headers["Location"]
    assert place.startswith("http://localhost/graphs/")
    assert len(statements(service, place.removeprefix("http://localhost"))) == 1
    response = service.client.post(place.removeprefix("http://localhost"), headers=BEARER)
    assert response.status_code == 200


def parts(*documents: tuple[str, bytes]) -> bytes:
    body = b"".join(
        b'--cut\r\nContent-Disposition: form-data; name="a"; filename="a"\r\nContent-Type: '
        + kind.encode()
        + b"\r\n\r\n"
        + document
        + b"\r\n"
        for kind, document in documents
    )
    return body + b"--cut--\r\n"


def test_several_documents_in_one_body_are_merged(service: Served) -> None:
    address, kind = named("urn:x:parts"), "multipart/form-data; boundary=cut"
    headers = {**BEARER, "Content-Type": kind}
    both = parts(
        ("text/turtle", b"_:a <urn:p> 1 ."), ("application/n-triples", b"_:a <urn:p> _:a .")
    )
    response = service.client.post(address, data=both, headers=headers)
    assert response.status_code == 201
    assert len({line.split()[0] for line in statements(service, address)}) == 2
    for broken in (both[:-30], parts(("text/turtle", ONE), ("text/turtle", b"<urn:s>")), b"x"):
        response = service.client.post(named("urn:x:broken"), data=broken, headers=headers)
        assert response.status_code == 400
    assert service.client.get(named("urn:x:broken")).status_code == 404
    kinds = parts(("image/png", b"x"))
    assert service.client.post(address, data=kinds, headers=headers).status_code == 415


READ = {
    "text/turtle": b"<urn:s> <urn:p> 1 .",
    "application/n-triples": b'<urn:s> <urn:p> "x" .',
    "application/ld+json": b'{"@id": "urn:s", "urn:x:p": 1}',
    "application/rdf+xml": b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    b'xmlns:x="urn:x:"><rdf:Description rdf:about="urn:s" x:p="1"/></rdf:RDF>',
    "application/n-quads": b'<urn:s> <urn:p> "x" .',
    "application/trig": b"<urn:s> <urn:p> 1 .",
}


@pytest.mark.parametrize("kind", READ)
def test_every_format_is_read_and_written(service: Served, kind: str) -> None:
    address = named("urn:x:formats")
    assert put(service, address, READ[kind], f"{kind}; charset=UTF-8") in {201, 204}
    response = service.client.get(address, headers={"Accept": f"text/html;q=0.9, {kind}"})
    assert (response.status_code, response.mimetype) == (200, kind)
    assert response.content_length == len(response.data) > 0


def test_the_whole_dataset_can_be_read(service: Served) -> None:
    put(service, named("urn:x:whole"), ONE)
    response = service.client.get("/graphs", headers={"Accept": "application/trig"})
    assert b"<urn:x:whole>" in response.data
    assert service.client.get("/graphs").mimetype == "application/n-quads"
    assert service.client.get("/graphs", headers={"Accept": "text/turtle"}).status_code == 406


def test_a_patch_sees_one_graph(service: Served) -> None:
    address = named("urn:x:patch")
    put(service, address, b"<urn:s> <urn:p> 1, 2 ; <urn:q> [] .")
    headers = {**BEARER, "Content-Type": "application/sparql-update"}
    text = "DELETE { ?s <urn:p> 1 } INSERT { ?s <urn:p> ?n } WHERE { ?s ?p 2 BIND(3 AS ?n) }"
    assert service.client.patch(address, data=text, headers=headers).status_code == 204
    assert len(statements(service, address)) == 3
    other = "INSERT DATA { GRAPH <urn:x:other> { <urn:s> <urn:p> 1 } }"
    assert service.client.patch(address, data=other, headers=headers).status_code == 400
    assert service.client.get(named("urn:x:other")).status_code == 404
    assert service.client.patch(address, data=ONE, headers=TURTLE).status_code == 415


def test_tags_guard_against_lost_changes(service: Served) -> None:
    client, address = service.client, named("urn:x:tags")
    fresh = client.put(address, data=ONE, headers={**TURTLE, "If-None-Match": "*"})
    again = client.put(address, data=TWO, headers={**TURTLE, "If-None-Match": "*"})
    assert (fresh.status_code, again.status_code) == (201, 412)
    tag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    assert client.get(address, headers={"Accept": "application/trig"}).headers["ETag"] != tag
    assert client.put(address, data=TWO, headers={**TURTLE, "If-Match": tag}).status_code == 204
    assert client.put(address, data=ONE, headers={**TURTLE, "If-Match": tag}).status_code == 412
    assert client.delete(address, headers={**BEARER, "If-Match": tag}).status_code == 412
    assert client.delete(address, headers={**BEARER, "If-Match": "*"}).status_code == 200
    assert client.delete(address, headers={**BEARER, "If-Match": "*"}).status_code == 412


def test_the_same_data_make_no_new_version(service: Served) -> None:
    put(service, named("urn:x:same"), ONE)
    before = service.count()
    assert put(service, named("urn:x:same"), ONE) == 204
    assert service.count() == before


TERMS = b"<urn:a> <urn:b> " + b"<<( <urn:a> <urn:b> " * 90_000 + b"1" + b")>>" * 90_000 + b" ."
ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>"""
CONTEXT = b'{"@context": "http://127.0.0.1/context", "@id": "urn:s", "p": 1}'
BAD = {
    "cut": ("text/turtle", b"<urn:a> <urn:b> 1 .\n<urn:a> <urn:b", 400),
    "mismatch": ("application/rdf+xml", ONE, 400),
    "no UTF-8": ("text/turtle", b"<urn:a> <urn:b> '\xff' .", 400),
    "entities": ("application/rdf+xml", ENTITIES, 400),
    "remote context": ("application/ld+json", CONTEXT, 400),
    "nested JSON": ("application/ld+json", b'{"urn:x:p":' * 50_000, 400),
    "nested terms": ("text/turtle", TERMS, 400),
    "graphs of its own": ("application/n-quads", b"<urn:a> <urn:b> <urn:c> <urn:d> .", 400),
    "no type": ("", ONE, 415),
    "an image": ("image/png", ONE, 415),
    "another charset": ("text/turtle; charset=latin-1", ONE, 415),
}


@pytest.mark.parametrize(("kind", "body", "status"), BAD.values(), ids=BAD)
def test_what_cannot_be_read_changes_nothing(
    service: Served, kind: str, body: bytes, status: int
) -> None:
    before = service.count()
    headers = {**BEARER, "Content-Type": kind} if kind else BEARER
    for method in ("PUT", "POST"):
        response = service.client.open(
            named("urn:x:bad"), method=method, data=body, headers=headers
        )
        assert response.status_code == status, response.data[:500]
        assert response.mimetype == "application/problem+json"
        assert json.loads(response.data)["detail"]
    assert service.count() == before
    assert service.client.get(named("urn:x:bad")).status_code == 404


def test_a_crash_of_the_parser_costs_one_write(
    service: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "sitecustomize.py").write_text("import graph.rdf\ngraph.rdf.MAX_NESTING = 10**9\n")
    with served(tmp_path / "crash") as other:
        assert put(other, named("urn:x:a"), ONE) == 201
        assert put(other, named("urn:x:a"), TERMS) == 400
        assert put(other, named("urn:x:a"), b'{"urn:x:p":' * 9000, "application/ld+json") == 400
        assert put(other, named("urn:x:a"), TWO) == 204


@pytest.mark.parametrize(
    "address",
    [
        "/graphs?graph=relative",
        "/graphs?graph=",
        "/graphs?graph=urn:x:a&graph=urn:x:b",
        "/graphs?graph=urn:x:a&default",
        "/graphs?graph=%FF",
        "/graphs?graph=http://x/%3E%20%7B%20%7D",
        "/graphs/a?default",
        "/graphs",
    ],
)
def test_a_graph_is_named_once_and_well(service: Served, address: str) -> None:
    assert put(service, address, ONE) == 400


def test_packed_bodies_are_read(service: Served) -> None:
    headers = {**TURTLE, "Content-Encoding": "gzip"}
    address = named("urn:x:packed")
    response = service.client.put(address, data=gzip.compress(ONE), headers=headers)
    assert (response.status_code, len(statements(service, address))) == (201, 1)
    bomb = gzip.compress(b" " * (70 << 20))
    assert service.client.put(address, data=bomb, headers=headers).status_code == 413


def test_parts_of_graphs_are_refused(service: Served) -> None:
    headers = {**TURTLE, "Content-Range": "bytes 0-3/9"}
    assert service.client.put(named("urn:x:a"), data=ONE, headers=headers).status_code == 400


def test_other_methods_are_named(service: Served) -> None:
    response = service.client.options("/graphs")
    allowed = set(response.headers["Allow"].split(", "))
    assert allowed == {"GET", "HEAD", "PUT", "POST", "DELETE", "PATCH", "OPTIONS"}
