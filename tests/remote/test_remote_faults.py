"""An engine that is away, slow or not itself: a clear status, no address, nothing sent twice."""

from __future__ import annotations

import http.client
import logging
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from graph.errors import (
    EngineAwayError,
    EngineDeniedError,
    EngineError,
    EngineSlowError,
    MandateGraphError,
    QueryRefusedError,
    WriteUnknownError,
)
from graph.settings import PREFIX, Settings
from graph.store.remote.remote import Remote
from graph.store.remote.store import RemoteStore
from graph.workspace import Workspace
from service.statuses import status_of
from tests.remote.fake import JSON, ROWS, Fake, fake, response
from tests.test_sparql_service import address
from tests.visitor import Visitor, free_port, serving
from tests.writing import ADMIN, UPDATES

SECRET = "secret-of-the-engine"  # noqa: S105 - of a fake
HTML = b"<html><title>Welcome to http://127.0.0.1/xyzzy</title></html>"
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\n"
    b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
)
END = b"]}}"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


@dataclass(frozen=True)
class Bad:
    """What an engine sends, and what comes of it; ``streams`` where the answer has begun."""

    answer: bytes
    error: type[MandateGraphError]
    status: int
    streams: bool = False


FAULTS = {
    "credentials refused": Bad(response("401 No", "text/plain", b"who?"), EngineDeniedError, 502),
    "forbidden": Bad(response("403 No", "text/plain", b"you?"), EngineDeniedError, 502),
    "nothing there": Bad(response("404 No", "text/html", HTML), EngineError, 502),
    "html nonsense": Bad(response("200 OK", "text/html", HTML), EngineError, 502),
    "html said to be json": Bad(response("200 OK", JSON, HTML), EngineError, 502),
    "html as a complaint": Bad(response("400 Bad", "text/html", HTML), QueryRefusedError, 400),
    "address in a complaint": Bad(
        response("400 Bad", "text/plain", b"error at 1:1: http://127.0.0.1/xyzzy"),
        QueryRefusedError,
        400,
    ),
    "truncated json": Bad(response("200 OK", JSON, ROWS[:200]), EngineError, 502),
    "a small answer broken off": Bad(
        response("200 OK", JSON, ROWS[:200], "Connection: close", length=900), EngineError, 502
    ),
    "broken in the middle": Bad(CHUNKED + chunk(ROWS), EngineError, 502, streams=True),
    "an error in the middle": Bad(
        CHUNKED + chunk(ROWS + b"cancelled") + chunk(b""), EngineError, 502, streams=True
    ),
    "whole but without the end of its transport": Bad(
        CHUNKED + chunk(ROWS + END), EngineError, 502, streams=True
    ),
    "failed": Bad(response("500 No", "text/html", HTML), EngineError, 502),
    "failed in plain text": Bad(response("500 No", "text/plain", b"at /srv/x"), EngineError, 502),
    "too busy": Bad(response("503 No", "text/plain", b"later"), EngineAwayError, 503),
    "its own limit": Bad(
        response("503 No", "text/plain", b"Query timed out"), EngineSlowError, 504
    ),
    "nothing at all": Bad(b"", EngineError, 502),
}


def settings(server: Fake, home: Path, **more: str) -> Settings:
    named = {**server.settings, "STORE_TOKEN": SECRET, "STORE_SECONDS": "20", "HOME": str(home)}
    return Settings.from_environment({f"{PREFIX}{k}": v for k, v in {**named, **more}.items()})


def store_at(server: Fake, home: Path, **more: str) -> RemoteStore:
    store = Workspace(settings(server, home, **more)).store
    assert isinstance(store, RemoteStore)
    return store


def remote_at(server: Fake, home: Path, **more: str) -> Remote:
    remote = store_at(server, home, **more).remote
    remote._ground = "union"
    return remote


@pytest.mark.parametrize("bad", FAULTS.values(), ids=FAULTS)
def test_a_fault_is_an_error_of_ours_without_an_address(
    bad: Bad, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with fake(bad.answer) as server:
        with pytest.raises(bad.error) as caught:
            remote_at(server, tmp_path).select("SELECT ?s { ?s <urn:p> 1 }")
        told = f"{caught.getrepr(chain=True, style='native')} {caplog.text}"
    assert status_of(caught.value) == bad.status
    for hidden in (str(server.port), "xyzzy", SECRET):
        assert hidden not in str(caught.value)
        assert hidden not in caplog.text
    assert SECRET not in told
    # What its traceback holds belongs to this thread.
    del caught


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Fake, Visitor]]:
    """Yield an engine whose answers tests choose, and a service in front of it."""
    with ExitStack() as stack:
        server = stack.enter_context(fake(response("204 Done", "text/plain", b"")))
        named = {**server.settings, "STORE_TOKEN": SECRET, "ADMIN_TOKEN": ADMIN}
        named |= {"QUERY_SECONDS": "20", "STORE_SECONDS": "20", "VALIDATE_WRITES": "off"}
        # One process, which has looked at the engine while that was well.
        named["FRONTENDS"] = "1"
        home = tmp_path_factory.mktemp("home")
        _, visitor = stack.enter_context(serving(home, "--empty", **named))
        visitor.get(address("ASK {}"))
        yield server, visitor


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_a_clear_status(services: tuple[Fake, Visitor], name: str) -> None:
    bad, (server, visitor) = FAULTS[name], services
    server.answer[:] = [bad.answer]
    path = address(f"SELECT ?s {{ ?s <urn:p> 1 }} # {name}")
    for accept in ("application/sparql-results+json", "text/html"):
        if bad.streams and accept != "text/html":
            with pytest.raises(http.client.IncompleteRead):
                visitor.get(path, {"Accept": accept})
            continue
        reply = visitor.get(path, {"Accept": accept})
        assert reply.status_code == bad.status
        for hidden in (str(server.port), "xyzzy", SECRET, "/srv"):
            assert hidden not in reply.text


def test_a_redirect_is_not_followed(tmp_path: Path) -> None:
    with fake(response("200 OK", JSON, ROWS + END)) as elsewhere:
        place = f"Location: http://127.0.0.1:{elsewhere.port}/query"
        with fake(response("307 There", "text/plain", b"", place)) as server:
            remote = remote_at(server, tmp_path)
            with pytest.raises(EngineError) as caught:
                remote.select("SELECT ?s { ?s <urn:p> 1 }")
            with pytest.raises(EngineError):
                remote.update(b"CLEAR ALL")
            assert all(f"Bearer {SECRET}".encode() in request for request in server.seen)
        assert status_of(caught.value) == 502
        assert elsewhere.seen == []


def test_a_slow_engine_is_left_in_time(tmp_path: Path) -> None:
    with fake(response("200 OK", JSON, ROWS + END), seconds=5) as server:
        with pytest.raises(EngineSlowError) as caught:
            remote_at(server, tmp_path, STORE_SECONDS="1").select("SELECT ?s { ?s <urn:p> 1 }")
        assert (status_of(caught.value), len(server.seen)) == (504, 1)


def test_an_engine_that_is_away_is_told_at_once(tmp_path: Path) -> None:
    server = Fake(free_port(), [])
    for _ in range(2):
        with pytest.raises(EngineAwayError) as caught:
            store_at(server, tmp_path).newest()
    assert status_of(caught.value) == 503
    with pytest.raises(EngineAwayError):
        store_at(server, tmp_path).update("CLEAR ALL")


def test_a_read_is_sent_again_where_a_kept_connection_died(tmp_path: Path) -> None:
    good = response("200 OK", JSON, ROWS + END)
    with fake(good, b"", good) as server:
        remote = remote_at(server, tmp_path)
        for _ in range(2):
            assert len(remote.select("SELECT ?s { ?s <urn:p> 1 }").rows) == 20_000
        assert len(server.seen) == 3


@pytest.mark.parametrize("seconds", [0.0, 5.0])
def test_a_write_is_never_sent_twice(tmp_path: Path, seconds: float) -> None:
    with fake(b"", seconds=seconds) as server:
        store = store_at(server, tmp_path, WRITE_SECONDS="1")
        store.remote._ground = "union"
        with pytest.raises(WriteUnknownError):
            store.add_to_graph("urn:g", [Quad(NamedNode("urn:s"), NamedNode("urn:p"), Literal(1))])
        assert len(server.seen) == 1


def test_a_write_that_was_lost_is_told_by_the_service(
    services: tuple[Fake, Visitor],
) -> None:
    server, visitor = services
    server.answer[:] = [response("401 No", "text/plain", b"")]
    text = b"INSERT DATA { GRAPH <urn:g> { <urn:s> <urn:p> 1 } }"
    reply = visitor.open("POST", "/update", text, UPDATES)
    assert reply.status_code == 502
    server.answer[:] = [b""]
    reply = visitor.open("POST", "/update", text, UPDATES)
    assert (reply.status_code, "look whether" in reply.text) == (500, True)
