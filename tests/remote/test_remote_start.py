"""What is set, and what the engine is like, is looked at before anything is served."""

from __future__ import annotations

from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path

import pytest

from graph.errors import SettingsError, StoreError
from graph.settings import PREFIX, Settings
from graph.store.remote.engine import engine_of
from graph.store.remote.remote import Remote
from graph.store.remote.store import RemoteStore
from tests.remote.engines import Started, started
from tests.remote.fake import JSON, ROWS, fake, response
from tests.remote.test_remote_faults import END, remote_at
from tests.remote.test_remote_writes import source

HERE = "http://127.0.0.1:1/query"
THERE = "http://engine.example.org/query"
TABLE = {f"{PREFIX}STORE": HERE}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"STORE": "engine.example.org"}, "must be an http or https address"),
        ({"STORE": "ftp://engine.example.org/"}, "must be an http or https address"),
        ({"STORE": "https://me:word@engine.example.org/"}, "without credentials"),
        ({"STORE": "https://engine.example.org:x/"}, "must be an http or https address"),
        ({"STORE": THERE}, "is http and leaves this machine"),
        ({"STORE": HERE, "STORE_UPDATE": THERE}, "is http and leaves this machine"),
        ({"STORE_UPDATE": HERE}, "STORE is missing"),
        ({"STORE": HERE, "STORE_USER": "me"}, "or neither"),
        ({"STORE": HERE, "STORE_TOKEN": "a b"}, "visible ASCII"),
        (
            {"STORE": HERE, "STORE_TOKEN": "t", "STORE_USER": "u", "STORE_PASSWORD": "word"},
            "not both",
        ),
        ({"STORE": HERE, "STORE_TIME_LIMIT": "timeout"}, "{milliseconds}"),
    ],
)
def test_settings_that_do_not_fit_are_told_without_secrets(
    given: dict[str, str], said: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        engine_of(Settings.from_environment({f"{PREFIX}{k}": v for k, v in given.items()}))
    assert said in str(caught.value)
    assert "word" not in str(caught.value).replace("PASSWORD", "")


def test_plain_http_can_be_allowed() -> None:
    allowed = {f"{PREFIX}STORE": THERE, f"{PREFIX}STORE_PLAIN_HTTP": "on"}
    assert engine_of(Settings.from_environment(allowed)).query == THERE


def test_no_secret_is_shown_where_settings_are() -> None:
    settings = replace(Settings(), store=HERE, store_user="me", store_password="word")  # noqa: S106
    assert "word" not in repr(settings)
    assert engine_of(settings).authorization not in repr(engine_of(settings))


def test_settings_survive_being_handed_on() -> None:
    settings = replace(Settings(), store=HERE, store_plain_http=True, write_seconds=1.5)
    assert Settings.from_environment(settings.environment()) == settings


def test_the_engine_is_told_of_the_time_limit(tmp_path: Path) -> None:
    with fake(response("200 OK", JSON, ROWS + END)) as server:
        remote = remote_at(server, tmp_path)
        engine = replace(remote.engine, time_limit="timeout={milliseconds}", seconds=20)
        with pytest.raises(StoreError):
            Remote(engine, tmp_path)._holds("ASK { ?s <urn:p> 1 }")
        assert b"timeout=2000" in server.seen[-1] or b"timeout=1999" in server.seen[-1]


def at(engine: Started, home: Path, *, writes: bool = True, strict: bool = False) -> RemoteStore:
    named = dict(engine.settings)
    if not writes:
        del named["STORE_UPDATE"]
    settings = Settings.from_environment({f"{PREFIX}{k}": v for k, v in named.items()})
    settings = replace(settings, default_graph="strict" if strict else "union")
    return RemoteStore(engine_of(settings), home)


def tell(engine: Started, update: str) -> None:
    line = HTTPConnection("127.0.0.1", engine.port, timeout=60)
    line.request("POST", engine.update, update, {"Content-Type": "application/sparql-update"})
    assert line.getresponse().status < 300
    line.close()


def test_a_union_that_counts_twice_is_refused(tmp_path: Path) -> None:
    with started("oxigraph with its union", tmp_path) as engine:
        with pytest.raises(SettingsError, match="without --union-default-graph"):
            at(engine, tmp_path / "home").prepare()
        with pytest.raises(SettingsError, match="is strict"):
            at(engine, tmp_path / "other", strict=True).prepare()


def test_statements_of_a_default_graph_are_never_taken_away(tmp_path: Path) -> None:
    with started("oxigraph", tmp_path) as engine:
        tell(engine, "INSERT DATA { <urn:s> <urn:p> 1 }")
        with pytest.raises(SettingsError, match="dataset of its own"):
            at(engine, tmp_path / "home").prepare()
        at(engine, tmp_path / "other", strict=True).prepare()


@pytest.mark.parametrize("name", ["oxigraph", "fuseki"])
def test_graphs_that_are_there_are_published_and_read_by_those_who_only_read(
    name: str, tmp_path: Path
) -> None:
    with started(name, tmp_path) as engine:
        tell(engine, "INSERT DATA { GRAPH <urn:g:old> { <urn:s> <urn:p> 'old' } }")
        ask = "SELECT ?o { ?s <urn:p> ?o } ORDER BY ?o"
        before = at(engine, tmp_path / "first", writes=False).reader()
        assert [row[0].value for row in before.select(ask).rows if row[0]] == ["old"]  # type: ignore[union-attr]
        store = at(engine, tmp_path / "home")
        assert list(store.version().graphs) == ["urn:g:old"]
        store.replace_graphs([source("new", "new")])
        reader = at(engine, tmp_path / "reader", writes=False)
        assert len(reader.reader().select(ask).rows) == 2
        assert reader.version() == store.version()
        with pytest.raises(StoreError, match="only reads"):
            reader.update("CLEAR ALL")


def test_a_statement_of_two_graphs_counts_once(elsewhere: RemoteStore) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"

    def counted() -> str:
        return elsewhere.newest().serialize(count, "csv", "turtle").body.split()[1].decode()

    elsewhere.replace_graphs([source("a", "1"), source("b", "1", "2")])
    assert counted() == "2"
    elsewhere.replace_graphs([source("b", "2")])
    assert counted() == "2"
    elsewhere.delete_graph("urn:g:a")
    assert counted() == "1"
    elsewhere.update("INSERT DATA { GRAPH <urn:g:c> { <urn:s> <urn:p> '2', '3' } }")
    assert counted() == "2"
