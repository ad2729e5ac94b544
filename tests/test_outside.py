"""Texts that reach outside: refused, after their mistakes, and never followed."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from functools import partial

import pyoxigraph
import pytest

from graph.errors import QueryForbiddenError, QuerySyntaxError
from graph.store.changes import Update
from graph.store.interface import Version
from graph.store.reading import evaluate
from graph.store.remote.asking import admitted

ASKED = {"here": partial(evaluate, pyoxigraph.Store()), "elsewhere": admitted}
"""What a stranger's query goes through before an engine sees it."""

QUERIES = {
    "service": ("SELECT * { SERVICE <%s> { ?s ?p ?o } }", None),
    "in lower case without spaces": ("select*{service<%s>{}}", None),
    "silent": ("SELECT * { SERVICE SILENT ?where {} }", None),
    "silent, over several lines": ("ASK {\nSERVICE # <x>\nSILENT\n<%s> {} }", None),
    "inside another": ("ASK { SERVICE <%s> { SERVICE SILENT <%s> {} } }", None),
    "after an escaped hash": ("PREFIX e: <a:> ASK { e:a\\# e:b 1 . SERVICE <%s> {} }", None),
    "after true and a dot": ("ASK { ?s ?p true.SERVICE <%s> {} }", None),
    "after an escaped quote": ("ASK { ?s ?p 'a\\'' . SERVICE <%s> {} }", None),
    "in a sub-select": ("SELECT * { { SELECT (COUNT(*) AS ?n) { SERVICE <%s> {} } } }", None),
    "with an unknown function": ("SELECT (<urn:f>(1) AS ?x) { SERVICE <%s> {} }", None),
    "a mistake after it": ("ASK { SERVICE <%s> {} ?s ?p }", (1, None)),
    "a mistake on the third line": ("ASK {\nSERVICE SILENT\n<%s> { ?s } }", (3, None)),
    "without a server": ("ASK { SERVICE { ?s ?p ?o } }", (1, 15)),
    "with a text for a server": ("ASK { SERVICE 'x' { ?s ?p ?o } }", (1, 15)),
    "as a predicate": ("ASK { ?s SERVICE ?o }", (1, None)),
    "a name without a prefix": ("ASK { SERVICE <%s> { ?s e:p ?o } }", (1, None)),
}
UPDATES = {
    "load": ("LOAD <%s>", None),
    "load into a graph": ("BASE <urn:b> PREFIX a: <a:>\nload <%s> into graph a:b ;", None),
    "load after another operation": ("CREATE GRAPH <urn:g> ;\nLOAD <%s> INTO GRAPH <urn:g>", None),
    "load silent, and not": ("LOAD SILENT <%s> ; LOAD <%s>", None),
    "service": ("INSERT { ?s ?p ?o } WHERE { SERVICE SILENT <%s> { ?s ?p ?o } }", None),
    "load of nothing": ("LOAD ;", (1, None)),
    "two separators": ("LOAD <%s> ;; CLEAR ALL", (1, None)),
    "no separator": ("CREATE GRAPH <urn:g>\nLOAD <%s> INTO GRAPH <urn:g>", (2, 1)),
    "a mistake behind a prologue": ("BASE <urn:b> LOAD 1", (1, 20)),
    "a mistake on the line after it": ("PREFIX a: <a:>\nLOAD <%s> ;\nLOAD b:c", (3, None)),
    "a prefix of load": ("PREFIX LOAD <%s>", (1, None)),
    "a silent load of a variable": ("LOAD SILENT ?x", (1, 13)),
    "service among data": ("INSERT DATA { SERVICE <%s> { <a:b> <a:c> 1 } }", (1, None)),
    "service in a template": ("INSERT { SERVICE <%s> { ?s ?p 1 } } WHERE { ?s ?p 2 }", (1, None)),
}


@pytest.fixture
def outside() -> Iterator[socket.socket]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.setblocking(False)
        yield listener


def filled(text: str, outside: socket.socket) -> str:
    return text.replace("%s", f"http://127.0.0.1:{outside.getsockname()[1]}/")


def never_called(outside: socket.socket) -> bool:
    try:
        outside.accept()
    except BlockingIOError:
        return True
    return False


def check_place(error: QuerySyntaxError, place: tuple[int, int | None]) -> None:
    line, column = place
    assert error.line == line
    assert column in {None, error.column}


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
@pytest.mark.parametrize(("text", "place"), QUERIES.values(), ids=QUERIES)
def test_a_query_never_asks_another_server(
    ask: Callable[[str], object],
    text: str,
    place: tuple[int, int | None] | None,
    outside: socket.socket,
) -> None:
    wanted = QueryForbiddenError if place is None else QuerySyntaxError
    with pytest.raises(wanted) as caught:
        ask(filled(text, outside))
    if place and isinstance(caught.value, QuerySyntaxError):
        check_place(caught.value, place)
    assert never_called(outside)


@pytest.mark.parametrize(("text", "place"), UPDATES.values(), ids=UPDATES)
def test_an_update_never_fetches(
    text: str, place: tuple[int, int | None] | None, outside: socket.socket
) -> None:
    wanted = QueryForbiddenError if place is None else QuerySyntaxError
    with pytest.raises(wanted) as caught:
        Update(filled(text, outside)).is_done(Version(0, "", {}))
    if place and isinstance(caught.value, QuerySyntaxError):
        check_place(caught.value, place)
    assert never_called(outside)


def test_the_words_may_stand_where_they_mean_nothing() -> None:
    query = "PREFIX s: <urn:> SELECT * { ?s s:SERVICE ?SERVICE, 'SERVICE <x>' } # SERVICE <x> {}"
    assert not list(evaluate(pyoxigraph.Store(), query))  # type: ignore[arg-type]
    for text in ("LOAD SILENT <urn:x>", "INSERT DATA { <urn:load> <urn:service> 'LOAD' }"):
        assert not Update(text).is_done(Version(0, "", {}))
