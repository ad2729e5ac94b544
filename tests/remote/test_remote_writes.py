"""Loading, replacing and deleting at every engine, and the version that comes of it."""

from __future__ import annotations

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, Quad

from graph.build.dataset import SourceGraph
from graph.errors import (
    PreconditionError,
    QueryRefusedError,
    QuerySyntaxError,
    ShapesError,
    UnknownGraphError,
)
from graph.store.changes import Condition, PatchGraph, ReplaceGraphs
from graph.store.embedded import EmbeddedStore
from graph.store.remote import sending
from graph.store.remote.store import RemoteStore

S, P = NamedNode("urn:s"), NamedNode("urn:p")
HALF_A_MANDATE = """INSERT DATA { GRAPH <urn:g:bad> {
  <urn:m> a <https://w3id.org/mandategraph/ontology/Mandate> } }"""


def source(name: str, *values: str) -> SourceGraph:
    graph = NamedNode(f"urn:g:{name}")
    return SourceGraph.of(graph.value, (Quad(S, P, Literal(value), graph) for value in values))


def values(store: RemoteStore) -> list[str]:
    query = "SELECT ?o { ?s <urn:p> ?o } ORDER BY ?o"
    rows = store.newest().select(query).rows
    return [row[0].value for row in rows if isinstance(row[0], Literal)]


def test_a_graph_is_loaded_replaced_and_removed(elsewhere: RemoteStore) -> None:
    before = elsewhere.version().number
    first = elsewhere.replace_graphs([source("a", "1", "2"), source("b", "3")])
    assert (first.number, values(elsewhere)) == (before + 1, ["1", "2", "3"])
    second = elsewhere.replace_graphs([source("a", "4")])
    assert (second.number, values(elsewhere)) == (before + 2, ["3", "4"])
    third = elsewhere.delete_graph("urn:g:b")
    assert (third.number, values(elsewhere)) == (before + 3, ["4"])
    assert list(third.graphs) == ["urn:g:a"]


def test_what_is_there_already_makes_no_version(elsewhere: RemoteStore) -> None:
    first = elsewhere.replace_graphs([source("a", "1")])
    assert elsewhere.replace_graphs([source("a", "1")]) == first


def test_equal_data_have_the_content_of_the_built_in_store(
    elsewhere: RemoteStore, tmp_path_factory: pytest.TempPathFactory
) -> None:
    graphs = [source("a", "1", "2"), source("b", "3")]
    here = EmbeddedStore(tmp_path_factory.mktemp("store")).replace_graphs(graphs)
    there = elsewhere.replace_graphs(graphs)
    assert (there.content, there.graphs) == (here.content, here.graphs)


def test_two_nodes_see_each_others_writes(
    elsewhere: RemoteStore, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = RemoteStore(elsewhere.engine, tmp_path_factory.mktemp("other"))
    one = elsewhere.replace_graphs([source("a", "1")])
    two = other.replace_graphs([source("b", "2")])
    assert two.number == one.number + 1
    assert elsewhere.version() == two
    elsewhere.watch()
    assert elsewhere.clock().number() == two.number


def test_statements_are_added_to_what_is_there(elsewhere: RemoteStore) -> None:
    elsewhere.add_to_graph("urn:g:a", [Quad(S, P, Literal("1"))])
    before = elsewhere.version()
    after = elsewhere.add_to_graph("urn:g:a", [Quad(S, P, Literal("2"))])
    assert values(elsewhere) == ["1", "2"]
    assert after.graphs["urn:g:a"] != before.graphs["urn:g:a"]


@pytest.mark.parametrize(
    ("text", "left", "graphs"),
    [
        ("INSERT DATA { GRAPH <urn:g:b> { <urn:s> <urn:p> '5' } }", ["1", "5"], "ab"),
        ("DROP GRAPH <urn:g:a> ;", [], ""),
        ("DROP ALL", [], ""),
        ("MOVE <urn:g:a> TO <urn:g:c> # the last word", ["1"], "c"),
        (
            "DELETE { GRAPH ?g { ?s ?p '1' } } INSERT { GRAPH ?g { ?s ?p '9' } } "
            "WHERE { GRAPH ?g { ?s ?p '1' } }",
            ["9"],
            "a",
        ),
        ("LOAD SILENT <http://127.0.0.1:9/>", ["1"], "a"),
    ],
)
def test_an_update_is_done_and_known(
    elsewhere: RemoteStore, text: str, left: list[str], graphs: str
) -> None:
    before = elsewhere.replace_graphs([source("a", "1")])
    after = elsewhere.update(text)
    assert (values(elsewhere), after.number) == (left, before.number + 1)
    assert sorted(after.graphs) == [f"urn:g:{letter}" for letter in graphs]


def test_a_failing_update_leaves_everything_as_it_was(elsewhere: RemoteStore) -> None:
    before = elsewhere.replace_graphs([source("a", "1")])
    with pytest.raises(QuerySyntaxError) as caught:
        elsewhere.update("INSERT DATA { GRAPH <urn:g:a> { <urn:s> <urn:p> '2' } } ;\nnonsense")
    assert caught.value.line == 2
    with pytest.raises(QueryRefusedError):
        elsewhere.update("LOAD <http://127.0.0.1:9/>")
    assert (elsewhere.version(), values(elsewhere)) == (before, ["1"])


def test_what_breaks_a_shape_never_reaches_the_engine(checked: RemoteStore) -> None:
    before = checked.replace_graphs([source("a", "1")])
    with pytest.raises(ShapesError) as caught:
        checked.update(HALF_A_MANDATE)
    assert {found.focus for found in caught.value.findings} == {"urn:m"}
    with pytest.raises(QueryRefusedError, match="name"):
        checked.update("DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }")
    assert checked.version() == before


def test_a_checked_update_is_worked_out_on_copies(checked: RemoteStore) -> None:
    checked.replace_graphs([source("a", "1"), source("b", "2")])
    after = checked.update(
        "WITH <urn:g:a> DELETE { ?s ?p '1' } INSERT { ?s ?p '3' } WHERE { ?s ?p '1' }"
    )
    assert values(checked) == ["2", "3"]
    assert after.graphs["urn:g:a"] == source("a", "3").digest


def test_the_check_looks_at_what_other_graphs_say(
    checked: RemoteStore, elsewhere: RemoteStore
) -> None:
    elsewhere.update(HALF_A_MANDATE)
    text = "INSERT DATA { GRAPH <urn:g:a> { <urn:m> <urn:p> '1' } }"
    with pytest.raises(ShapesError):
        checked.update(text)


def test_a_patch_sees_its_graph_alone(elsewhere: RemoteStore) -> None:
    elsewhere.replace_graphs([source("a", "1"), source("b", "2")])
    elsewhere.commit(
        PatchGraph("urn:g:a", "DELETE { ?s ?p ?o } INSERT { ?s ?p '7' } WHERE { ?s ?p ?o }")
    )
    assert values(elsewhere) == ["2", "7"]


def test_conditions_hold_before_a_write(elsewhere: RemoteStore) -> None:
    elsewhere.replace_graphs([source("a", "1")])
    with pytest.raises(PreconditionError):
        elsewhere.commit(ReplaceGraphs((source("a", "2"),)), Condition("urn:g:a", exists=False))
    with pytest.raises(UnknownGraphError):
        elsewhere.delete_graph("urn:g:none")
    with pytest.raises(UnknownGraphError):
        elsewhere.delete_graph(elsewhere.engine.name)
    for name in (elsewhere.engine.name, ""):
        with pytest.raises(QueryRefusedError):
            elsewhere.add_to_graph(name, [Quad(S, P, Literal("1"))])
    assert values(elsewhere) == ["1"]


def test_blank_nodes_of_two_graphs_stay_apart(elsewhere: RemoteStore) -> None:
    lines = [f'_:same <urn:p> "{n}" <urn:g:{n}> .'.encode() for n in "12"]
    elsewhere.replace_graphs(
        SourceGraph.of_lines(f"urn:g:{n}", [line]) for n, line in zip("12", lines, strict=True)
    )
    query = "SELECT DISTINCT ?s { ?s <urn:p> ?o }"
    assert len(elsewhere.newest().select(query).rows) == 2


def test_what_is_too_large_for_one_update_goes_graph_by_graph(
    elsewhere: RemoteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = elsewhere.version().number
    monkeypatch.setattr(sending, "MAX_UPDATE", 10)
    after = elsewhere.replace_graphs([source("a", "1", "2"), source("b", "3")])
    assert (values(elsewhere), after.number) == (["1", "2", "3"], before + 2)
    assert after.graphs["urn:g:a"] == source("a", "1", "2").digest


def test_everything_can_be_had_as_it_was_put_in(elsewhere: RemoteStore) -> None:
    text = (
        '<urn:s> <urn:p> "a \\"b\\" \\\\ \\n\\t é 中 \\u0007"@fr <urn:g:a> .\n'
        '<urn:s> <urn:p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> <urn:g:a> .\n'
        '<urn:s> <urn:p> "2.5"^^<http://www.w3.org/2001/XMLSchema#decimal> <urn:g:a> .\n'
    )
    quads = set(pyoxigraph.parse(text.encode(), format=pyoxigraph.RdfFormat.N_QUADS))
    elsewhere.replace_graphs([SourceGraph.of("urn:g:a", quads)])
    assert set(elsewhere.newest().describe("urn:s")) == quads
