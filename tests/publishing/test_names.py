"""Names that lead to documents, and documents that say where they and the others are."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, RdfFormat, parse

from graph.vocabulary import ONTOLOGY
from service.publishing import editions

BASE = "https://w3id.org/mandategraph/"
ACT = "act/HSP/HA.1/Res.5"
FORMATS = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
}
LINK = re.compile(r'<([^>]*)>; rel="([^"]*)"(?:; type="([^"]*)")?')


def links(header: str) -> dict[str, set[tuple[str, str]]]:
    """Return targets and media types by relation."""
    found: dict[str, set[tuple[str, str]]] = {}
    for target, relations, kind in LINK.findall(header):
        for relation in relations.split():
            found.setdefault(relation, set()).add((target, kind))
    return found


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_suffix_of_a_name_chooses_the_document(client: FlaskClient, suffix: str) -> None:
    response = client.get(f"/id/{ACT}.{suffix}", headers={"Accept": "text/html"})
    assert response.status_code == 303
    assert response.headers["Location"] == f"/data/{ACT}.{suffix}"
    assert "Accept" not in response.headers["Vary"].split(", ")
    assert client.get(f"/page/{ACT}.{suffix}").headers["Location"] == f"/data/{ACT}.{suffix}"
    assert client.get(response.headers["Location"]).mimetype == FORMATS[suffix]


def test_html_is_a_suffix_too(client: FlaskClient) -> None:
    for address in (f"/id/{ACT}.html", f"/data/{ACT}.html"):
        response = client.get(address, headers={"Accept": "text/turtle"})
        assert response.headers["Location"] == f"/page/{ACT}"
    for address in (f"/page/{ACT}.html", "/ontology/Act.html", "/concept/verb.html"):
        response = client.get(address, headers={"Accept": "text/turtle"})
        assert response.mimetype == "text/html"


def test_a_document_says_where_it_is_itself(client: FlaskClient) -> None:
    def located(address: str, accept: str) -> str | None:
        headers = {"Accept": accept, "Accept-Language": "fr"}
        return client.get(address, headers=headers).headers.get("Content-Location")

    assert located(f"/page/{ACT}", "text/html") == f"/page/{ACT}?lang=fr"
    assert located(f"/data/{ACT}", "text/turtle") == f"/data/{ACT}.ttl"
    assert located("/ontology/Act", "text/turtle") == "/ontology/Act.ttl"
    assert located("/ontology/Act", "text/html") == "/ontology/Act.html?lang=fr"
    assert located(f"/data/{ACT}.ttl", "*/*") is None


@pytest.mark.parametrize("address", [f"/page/{ACT}", "/ontology/Act", "/concept/verb/requests"])
def test_a_page_signs_the_way(client: FlaskClient, address: str) -> None:
    response = client.get(address, headers={"Accept": "text/html"})
    found = links(response.headers["Link"])
    name = BASE + address.replace("/page/", "id/").lstrip("/")
    assert found["cite-as"] == {(name, "")}
    assert found["canonical"] == {(address, "")}
    assert {kind for _, kind in found["describedby"]} == set(FORMATS.values())
    assert found["alternate"] == found["describedby"]
    assert ("https://schema.org/AboutPage", "") in found["type"]
    assert len(found["type"]) == 2
    assert len(found["license"]) == 1
    for target, kind in found["describedby"]:
        data = client.get(target)
        assert data.mimetype == kind
        back = links(data.headers["Link"])
        assert back["describes"] == {(name, "")}
        assert back["canonical"] == {(target, "")}
        assert (address, "text/html") in back["alternate"]


def test_tags_are_strong_and_differ_between_documents(client: FlaskClient) -> None:
    addresses = (f"/page/{ACT}", f"/data/{ACT}.ttl", f"/data/{ACT}.nt", "/catalog", "/void")
    tags = [client.get(address).headers["ETag"] for address in addresses]
    assert len(set(tags)) == len(tags)
    assert not any(tag.startswith("W/") for tag in tags)


def test_the_name_of_the_ontology_gives_all_its_terms(client: FlaskClient) -> None:
    whole = client.get("/ontology/", headers={"Accept": "application/n-triples"})
    subjects = {quad.subject for quad in parse(whole.data, format=RdfFormat.N_TRIPLES)}
    assert {NamedNode(ONTOLOGY), NamedNode(f"{ONTOLOGY}Act")} <= subjects
    present = client.get("/ontology/0.1.0", headers={"Accept": "application/n-triples"})
    assert present.data == whole.data
    assert present.headers["Content-Location"] == "/ontology/0.1.0.nt"
    assert client.get("/ontology/0.1.0.html").mimetype == "text/html"
    assert client.get("/ontology/9.9.9").status_code == 404


def test_earlier_versions_of_the_ontology_stay(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = tmp_path_factory.mktemp("ontology")
    (place / "earlier").mkdir()
    label = '<http://www.w3.org/2000/01/rdf-schema#label> "As it was"@en'
    (place / "earlier" / "0.0.9.nt").write_text(f"<{ONTOLOGY}> {label} .\n")
    monkeypatch.setattr(editions, "folder", lambda name: place)
    assert "As it was" in client.get("/ontology/0.0.9.ttl").text
    assert "As it was" in client.get("/ontology/0.0.9", headers={"Accept": "text/html"}).text
    assert client.get("/ontology/0.0.8").status_code == 404


def test_a_scheme_comes_with_its_concepts(client: FlaskClient) -> None:
    data = client.get("/concept/verb.nt").data
    subjects = {quad.subject for quad in parse(data, format=RdfFormat.N_TRIPLES)}
    assert NamedNode(f"{BASE}concept/verb/requests") in subjects


def test_graphs_and_shapes_have_names_that_lead_somewhere(client: FlaskClient) -> None:
    response = client.get("/graph/ontology")
    assert response.status_code == 303
    assert client.get(response.headers["Location"]).status_code == 200
    assert client.get("/graph/none").status_code == 404
    shapes = client.get("/shapes/")
    name = min(
        quad.subject.value
        for quad in parse(shapes.data, format=RdfFormat.TURTLE)
        if isinstance(quad.subject, NamedNode)
    )
    response = client.get(f"/{name.removeprefix(BASE)}")
    assert (response.status_code, response.headers["Location"]) == (303, "/shapes/")
    assert client.get("/shapes/NoShape").status_code == 404


def test_the_home_page_is_for_people_unless_data_are_asked_for(client: FlaskClient) -> None:
    for accept in ("text/html", "*/*", ""):
        response = client.get("/", headers={"Accept": accept})
        assert response.mimetype == "text/html"
        found = links(response.headers["Link"])
        assert {"describedby", "service-desc", "service-doc", "cite-as", "license"} <= set(found)
    response = client.get("/", headers={"Accept": "text/turtle"})
    assert response.headers["Location"] == "/catalog"
