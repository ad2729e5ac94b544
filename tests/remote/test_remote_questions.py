"""The question library gives the same answers at every engine."""

from __future__ import annotations

import json

import pytest

from graph.library.answer import ask
from graph.store.embedded import EmbeddedReader
from graph.store.interface import value
from graph.workspace import Workspace
from tests.remote.engines import Started
from tests.test_questions import LIBRARY, Case, cases

Filled = tuple[Started, Workspace]

EVERYTHING = "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { ?s ?p ?o } }"
GRAPHS = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"


@pytest.mark.parametrize(("identifier", "case"), cases())
def test_answers_are_those_a_reader_of_the_sources_expects(
    filled: Filled, identifier: str, case: Case
) -> None:
    answer = ask(LIBRARY, identifier, case.parameters, filled[1].store.reader(), case.lang)
    records = answer.table.records()
    rows = [tuple(value(record[column]) for column in case.columns) for record in records]
    assert answer.emptiness == case.emptiness
    if case.complete:
        assert rows == list(case.rows)
    else:
        rest = iter(rows)
        assert [row for row in case.rows if row not in rest] == []


@pytest.mark.parametrize("identifier", list(LIBRARY.questions))
def test_whole_answers_are_those_of_the_built_in_store(
    filled: Filled, store: EmbeddedReader, identifier: str
) -> None:
    here = ask(LIBRARY, identifier, {}, store).table
    there = ask(LIBRARY, identifier, {}, filled[1].store.reader()).table
    assert there == here


@pytest.mark.parametrize("query", [EVERYTHING, GRAPHS], ids=["everything", "graphs"])
def test_the_graph_of_the_version_is_no_part_of_what_is_published(
    filled: Filled, store: EmbeddedReader, query: str
) -> None:
    here = json.loads(store.serialize(query, "json", "turtle").body)
    there = json.loads(filled[1].store.reader().serialize(query, "json", "turtle").body)
    assert there == here


def test_the_content_is_that_of_the_built_in_store(filled: Filled, store: EmbeddedReader) -> None:
    found = filled[1].store.version()
    assert (found.number, found.content) == (1, store.version.content)
    assert found.graphs == store.version.graphs
