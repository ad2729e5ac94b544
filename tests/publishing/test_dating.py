"""When what is shown was changed, and the links that lead out, asked of a running service."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import pyoxigraph
import pytest
from pyoxigraph import NamedNode, RdfFormat

from graph.releases.crate import licence_name
from graph.releases.making import Wanted, judge, make
from graph.releases.model import CRATE, LINKS
from graph.settings import DEFAULT_BASE, DEFAULT_LICENSE
from graph.workspace import Workspace
from service.publishing.statements import term
from tests.visitor import Visitor, serving

DAY = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
LICENSE = "https://example.org/licence"
PUBLISHER = "A secretariat"
WRITER = {"Authorization": "Bearer a-token-for-the-tests"}
ACT = "act/HSP/HA.1/Res.2"
DATED = (
    f"/page/{ACT}",
    f"/page/{ACT}?lang=ar",
    f"/data/{ACT}.ttl",
    f"/data/{ACT}",
    f"/cite/{ACT}.bib",
    "/list/Country",
    "/ontology/Act",
    "/compare",
)
UNDATED = ("/", "/void", "/catalog", "/changes", "/dump/", "/ontology/none-such", "/version")


@pytest.fixture(scope="module")
def live(
    tmp_path_factory: pytest.TempPathFactory, workspace: Workspace
) -> Iterator[tuple[Visitor, Workspace]]:
    home = tmp_path_factory.mktemp("dated") / "home"
    shutil.copytree(workspace.settings.home, home)
    settings = replace(workspace.settings, home=home, license=LICENSE, publisher=PUBLISHER)
    copy = Workspace(settings)
    reader = copy.store.reader()
    make(copy, reader, judge(copy, reader, DAY), Wanted(DAY))
    given = {"LICENSE": LICENSE, "PUBLISHER": PUBLISHER, "ADMIN_TOKEN": WRITER["Authorization"][7:]}
    with serving(home, "--empty", **given) as (_, visitor):
        yield visitor, copy


def made(workspace: Workspace) -> datetime:
    """Return when the newest version was made, as HTTP tells it."""
    entry = next(workspace.history.entries())
    return datetime.fromisoformat(entry.header.when).replace(microsecond=0)


def test_what_is_shown_says_when_it_was_changed(live: tuple[Visitor, Workspace]) -> None:
    visitor, copy = live
    for _ in range(2):
        for path in DATED:
            # The second time it comes from the cache.
            for _ in range(2):
                reply = visitor.get(path)
                assert reply.status_code == 200, path
                assert parsedate_to_datetime(reply.headers["Last-Modified"]) == made(copy), path
        for path in UNDATED:
            assert "Last-Modified" not in visitor.get(path).headers, path
        text = b"INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:p> 1 } }"
        visitor.post("/update", text, "application/sparql-update", WRITER)


@pytest.mark.parametrize("path", DATED)
def test_only_the_tag_says_that_nothing_changed(live: tuple[Visitor, Workspace], path: str) -> None:
    visitor, _ = live
    reply = visitor.get(path)
    later = "Fri, 01 Jan 2100 00:00:00 GMT"
    assert visitor.get(path, {"If-Modified-Since": later}).status_code == 200
    for since in ({}, {"If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"}):
        same = visitor.get(path, {"If-None-Match": reply.headers["ETag"], **since})
        assert (same.status_code, same.data) == (304, b"")
    other = {"If-None-Match": '"other"', "If-Modified-Since": later}
    assert visitor.get(path, other).status_code == 200


def links(body: bytes, form: RdfFormat) -> set[str]:
    return {str(quad.triple) for quad in pyoxigraph.parse(body, format=form)}


def test_the_links_that_lead_out_are_published(live: tuple[Visitor, Workspace]) -> None:
    visitor, _ = live
    described = pyoxigraph.Store()
    described.load(visitor.get("/void.nt").data, format=RdfFormat.N_TRIPLES)
    every = NamedNode(f"{DEFAULT_BASE}void#links")
    files = {
        urlsplit(quad.object.value).path  # type: ignore[union-attr]
        for quad in described.quads_for_pattern(every, term("void:dataDump"), None)
    }
    suffixes = ("ttl", "nt", "jsonld", "rdf")
    release = f"/dump/2026-11-23/{LINKS}"
    assert files == {release, *(f"/void/links.{suffix}" for suffix in suffixes)}
    (counted,) = described.quads_for_pattern(every, term("void:triples"), None)

    found = links(visitor.get("/void/links.nt").data, RdfFormat.N_TRIPLES)
    assert found
    assert len(found) == int(counted.object.value)  # type: ignore[union-attr]
    assert not any(f"> <{DEFAULT_BASE}id/" in link for link in found)
    for suffix in suffixes:
        form = RdfFormat.from_extension(suffix)
        assert form
        assert links(visitor.get(f"/void/links.{suffix}").data, form) == found
    packed = visitor.get(release)
    assert packed.headers["Content-Type"] == "application/gzip"
    assert links(gzip.decompress(packed.data), RdfFormat.N_TRIPLES) == found
    assert visitor.get("/void/links.exe").status_code == 404


def test_a_release_names_licence_and_publisher_as_set(live: tuple[Visitor, Workspace]) -> None:
    visitor, _ = live
    document = json.loads(visitor.get(f"/dump/2026-11-23/{CRATE}").data)
    entities = {entity["@id"]: entity for entity in document["@graph"]}
    assert entities["./"]["license"] == {"@id": LICENSE}
    assert entities[LICENSE]["name"] == LICENSE
    assert entities[entities["./"]["publisher"]["@id"]]["name"] == PUBLISHER
    assert LICENSE in visitor.get("/dump/2026-11-23/LICENCE.txt").text


def test_a_licence_is_told_by_its_name_where_that_is_known() -> None:
    name = "Creative Commons Attribution 4.0 International"
    assert licence_name(DEFAULT_LICENSE) == f"{name}: {DEFAULT_LICENSE}"
    assert licence_name(LICENSE) == LICENSE
