"""Releases on the web: listed, sent in parts, never changed, never more than they are."""

from __future__ import annotations

import gzip
import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from rdflib import Graph, Namespace

from graph.languages import NAMES
from graph.releases.model import SUMS
from graph.settings import Settings
from graph.workspace import Workspace
from service.app import create_app
from tests.releases.conftest import Published, nobody
from tests.visitor import Visitor, serving

NAME = "2026-11-23"
DUMP = f"/dump/{NAME}/mandategraph-{NAME}.nq.gz"
LARGE = f"/dump/{NAME}/large.nq.gz"


@pytest.fixture(scope="module")
def live(
    tmp_path_factory: pytest.TempPathFactory, published: Published
) -> Iterator[tuple[Visitor, Path]]:
    """Return a visitor of a running service with a release, and the folder of this."""
    home = tmp_path_factory.mktemp("sending") / "home"
    shutil.copytree(published.workspace.settings.home, home)
    folder = home / "releases" / NAME
    content = bytes(range(256)) * 20_000
    (folder / "large.nq.gz").write_bytes(content)
    (folder / SUMS).chmod(0o644)
    with (folder / SUMS).open("a", encoding="utf-8") as sums:
        sums.write(f"{hashlib.sha256(content).hexdigest()}  large.nq.gz\n")
    with serving(home) as (_, visitor):
        yield visitor, folder


@pytest.mark.parametrize("path", [DUMP, LARGE, f"/dump/{NAME}/{SUMS}"])
def test_a_file_is_sent_as_it_is(live: tuple[Visitor, Path], path: str) -> None:
    visitor, folder = live
    content = (folder / path.rpartition("/")[2]).read_bytes()
    for _ in range(2):
        reply = visitor.get(path, {"Accept-Encoding": "br, zstd, gzip"})
        assert (reply.status_code, reply.data) == (200, content)
        assert "Content-Encoding" not in reply.headers
        assert reply.headers["ETag"] == f'"{hashlib.sha256(content).hexdigest()}"'
        assert "immutable" in reply.headers["Cache-Control"]
        assert reply.headers["Content-Length"] == str(len(content))
        assert reply.headers["Access-Control-Allow-Origin"] == "*"


PARTS = {
    "the beginning": ("bytes=0-9", 206, slice(0, 10)),
    "the middle": ("bytes=1000-1999", 206, slice(1000, 2000)),
    "the end": ("bytes=-7", 206, slice(-7, None)),
    "from somewhere on": ("bytes=5119990-", 206, slice(5_119_990, None)),
    "beyond the end": ("bytes=99999999-", 416, slice(0, 0)),
    "no range": ("lines=1-2", 200, slice(None)),
}


@pytest.mark.parametrize(("asked", "status", "expected"), PARTS.values(), ids=PARTS)
def test_a_part_is_sent_as_it_is_asked_for(
    live: tuple[Visitor, Path], asked: str, status: int, expected: slice
) -> None:
    visitor, folder = live
    reply = visitor.get(LARGE, {"Range": asked, "Accept-Encoding": "gzip"})
    assert reply.status_code == status
    if status != 416:
        assert reply.data == (folder / "large.nq.gz").read_bytes()[expected]
    if status == 206:
        assert reply.headers["Content-Range"].endswith("/5120000")


def test_a_part_of_another_state_is_the_whole(live: tuple[Visitor, Path]) -> None:
    visitor, _ = live
    other = {"Range": "bytes=0-9", "If-Range": '"another"'}
    assert len(visitor.get(LARGE, other).data) == 5_120_000


def test_who_has_a_file_is_not_sent_it_again(live: tuple[Visitor, Path]) -> None:
    visitor, _ = live
    tag = visitor.get(DUMP).headers["ETag"]
    reply = visitor.get(DUMP, {"If-None-Match": tag})
    assert (reply.status_code, reply.data) == (304, b"")


@pytest.mark.parametrize("path", [DUMP, LARGE])
def test_the_size_is_told_without_the_file(live: tuple[Visitor, Path], path: str) -> None:
    visitor, folder = live
    reply = visitor.open("HEAD", path)
    size = (folder / path.rpartition("/")[2]).stat().st_size
    assert (reply.status_code, reply.data) == (200, b"")
    assert (reply.headers["Content-Length"], reply.headers["Accept-Ranges"]) == (str(size), "bytes")


@pytest.mark.parametrize(
    "path",
    [
        "/dump/../../etc/passwd",
        "/dump/..%2f..%2fetc%2fpasswd",
        "/dump/%2e%2e/lock",
        f"/dump/{NAME}/../lock",
        f"/dump/{NAME}/..%2flock",
        f"/dump/{NAME}/%2e%2e%2flock",
        f"/dump/{NAME}//etc/passwd",
        f"/dump/{NAME}/nothing",
        f"/dump/{NAME}/%00",
        "/dump/lock/x",
        "/dump/2026-11-24/",
        f"/dump/2026-11-24/{SUMS}",
        "/dump/latest/nothing",
    ],
)
def test_nothing_else_is_sent(live: tuple[Visitor, Path], path: str) -> None:
    assert live[0].get(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/dump/latest/mandategraph.nq.gz", DUMP),
        (f"/dump/latest/{SUMS}", f"/dump/{NAME}/{SUMS}"),
        (f"/dump/{NAME}/mandategraph.nq.gz", DUMP),
        ("/dump/latest/", f"/dump/{NAME}/"),
        ("/dump/latest/?lang=fr", f"/dump/{NAME}/?lang=fr"),
    ],
)
def test_the_newest_release_is_found(client: FlaskClient, path: str, place: str) -> None:
    reply = client.get(path)
    assert (reply.status_code, reply.headers["Location"]) == (307, place)
    assert reply.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("language", NAMES)
def test_releases_are_listed_in_every_language(client: FlaskClient, language: str) -> None:
    for path in ("/dump/", f"/dump/{NAME}/"):
        page = client.get(f"{path}?lang={language}").text
        assert f'<html lang="{language}"' in page
        assert f'href="{DUMP}"' in page
        assert "&lt;First&gt;" in page
        assert "A &amp; B" in page


TYPES = {
    f"mandategraph-{NAME}.trig.gz": ("application/gzip", "attachment"),
    "ro-crate-metadata.json": ("application/ld+json", "inline"),
    "conformance.ttl": ("text/turtle", "inline"),
    "conformance.html": ("text/html", "attachment"),
    SUMS: ("text/plain", "inline"),
    "LICENCE.txt": ("text/plain", "inline"),
}


@pytest.mark.parametrize("name", TYPES)
def test_files_say_what_they_are(client: FlaskClient, name: str) -> None:
    with client.get(f"/dump/{NAME}/{name}") as reply:
        assert reply.mimetype == TYPES[name][0]
        assert reply.headers["Content-Disposition"].split(";")[0] == TYPES[name][1]
        assert name in reply.headers["Content-Disposition"]
        if name.endswith(".gz"):
            assert gzip.decompress(reply.data)


def test_without_releases_there_is_a_page_that_says_so(empty: FlaskClient) -> None:
    assert "mandategraph release" in empty.get("/dump/").text
    assert empty.get("/dump/latest/").status_code == 404
    assert empty.get(f"/dump/latest/{SUMS}").status_code == 404


def test_a_release_that_is_damaged_is_told(published: Published, tmp_path: Path) -> None:
    home = Path(shutil.copytree(published.workspace.settings.home, tmp_path / "home"))
    (home / "releases" / NAME / SUMS).unlink()
    client = create_app(Workspace(Settings(home=home)), nobody).test_client()
    reply = client.get(f"/dump/{NAME}/")
    assert (reply.status_code, "not as it was made" in reply.text) == (503, True)


def test_the_catalogue_lists_every_file_with_its_checksum(published: Published) -> None:
    release = next(published.workspace.releases.all())
    catalogue = Graph().parse(data=published.client.get("/catalog.ttl").text, format="turtle")
    dcat, spdx = Namespace("http://www.w3.org/ns/dcat#"), Namespace("http://spdx.org/rdf/terms#")
    listed = {
        str(catalogue.value(node, dcat.downloadURL)).rpartition("/")[2]: str(
            catalogue.value(catalogue.value(node, spdx.checksum), spdx.checksumValue)
        )
        for node in catalogue.subjects(dcat.byteSize)
    }
    assert listed == {file.name: file.sha256 for file in release.files}
    described = published.client.get("/void.ttl").text
    assert f"mandategraph-{release.name}.nq.gz" in described
