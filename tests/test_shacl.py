"""Judging by queries finds what pySHACL finds, says what it cannot judge, and counts whom."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store

from graph.audit.profiles import profile_names
from graph.errors import ProfileError, QueryTimeoutError
from graph.resources import folder, texts
from graph.shacl.judging import Judge
from graph.shacl.model import Judgement
from graph.shacl.reference import reference
from graph.shacl.running import hierarchy
from graph.store.interface import Table, Version
from graph.store.reading import EngineReader
from graph.vocabulary import PREFIXES
from graph.workspace import Workspace

EX = "https://example.org/"
CASES = sorted((Path(__file__).parent / "shacl").glob("*.ttl"))
PROFILES = profile_names()
DATE = NamedNode(PREFIXES["xsd"] + "date")
OCCASION = {
    "asOf": Literal("2020-06-01", datatype=DATE),
    "since": Literal("2020-03-01", datatype=DATE),
}
PROLOGUE = """
    @prefix ex: <https://example.org/> .
    @prefix mg: <https://w3id.org/mandategraph/ontology/> .
    @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    @prefix sh: <http://www.w3.org/ns/shacl#> .
"""


def reader(quads: Iterable[Quad]) -> EngineReader:
    store = Store()
    store.extend(quads)
    return EngineReader(store, Version(1, "", {}))


def turtle(text: str) -> list[Quad]:
    return list(pyoxigraph.parse(text, format=RdfFormat.TURTLE))


def judged(shapes: str, data: str = "", threads: int = 1) -> Judgement:
    judge = Judge([PROLOGUE + shapes], OCCASION)
    return judge.judge(reader(turtle(PROLOGUE + data)).select, threads)


# rdflib tells of every literal that is ill-formed, which is what these are for.
@pytest.mark.filterwarnings("ignore:Parsing weird boolean")
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_finds_what_pyshacl_finds(case: Path, threads: int) -> None:
    text = case.read_text("utf-8")
    data = turtle(text)
    found = Judge([text], OCCASION).judge(reader(data).select, threads)
    assert not found.unjudged
    assert found.results == reference([text], data, OCCASION)
    assert found.results


@pytest.mark.usefixtures("parsed_once")
@pytest.mark.filterwarnings("ignore:Parsing weird boolean")
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_finds_what_pyshacl_finds_in_data_with_random_faults(case: Path, seed: int) -> None:
    text = case.read_text("utf-8")
    data = list(faulty(turtle(text), random.Random(seed)))  # noqa: S311 - no secret
    found = Judge([text], OCCASION).judge(reader(data).select)
    assert found.results == reference([text], data, OCCASION)


def faulty(data: list[Quad], chance: random.Random) -> Iterator[Quad]:
    """Yield data of which some is left out, doubled, twisted or said in another graph.

    Dates stay dates: rdflib finds an order where SPARQL has none.
    """
    data = [quad for quad in data if not isinstance(quad.subject, BlankNode)]
    objects = [quad.object for quad in data if not isinstance(quad.object, BlankNode)]
    predicates = [quad.predicate for quad in data]
    kept = [quad for quad in data if not quad.predicate.value.startswith("http://www.w3.org/ns/sh")]
    for quad in kept:
        subject, predicate, value = quad.subject, quad.predicate, quad.object
        match chance.randrange(16):
            case 0:
                continue
            case 1:
                yield Quad(subject, predicate, chance.choice(objects))
            case 2:
                yield Quad(subject, chance.choice(predicates), value)
            case 3:
                value = chance.choice(objects)
            case 4 if isinstance(value, Literal) and value.datatype != DATE:
                value = Literal(value.value, language=chance.choice(["en", "fr", "de"]))
            case 5:
                yield Quad(subject, predicate, value, NamedNode(EX + "graph"))
        yield Quad(subject, predicate, value)


@pytest.mark.usefixtures("parsed_once")
@pytest.mark.parametrize("profile", PROFILES)
def test_finds_in_the_bundled_data_what_pyshacl_finds(profile: str, workspace: Workspace) -> None:
    shapes = list(texts(folder("shapes", profile), ".ttl").values())
    data = [
        quad
        for graph in workspace.build()
        for quad in pyoxigraph.parse(graph.text, format=RdfFormat.N_QUADS)
    ]
    found = Judge(shapes, OCCASION).judge(reader(data).select)
    assert not found.unjudged
    assert found.results == reference(shapes, data, OCCASION)


TARGET = "ex:Shape a sh:NodeShape ; sh:targetClass ex:Thing ; "
BROKEN = {
    "sh:in ( ex:a ) ; sh:in ( ex:b )": "several values of sh:in",
    "sh:in [ ]": "list is malformed",
    "sh:class 3": "sh:class must be an IRI",
    "sh:nodeKind ex:Kind": "no kind of node",
    "sh:minLength -1": "whole number",
    "sh:closed true": "closed, which is not supported",
    "sh:minCount 1": "needs a path",
    "sh:node ex:nothing": "is no shape",
    "sh:node ex:Shape": "refers to itself",
    "sh:property [ sh:class ex:Other ]": "no sh:path",
    "sh:property [ sh:path ( ex:one ) ; sh:minCount 1 ]": "less than two",
    "sh:property [ sh:path _:p ; sh:minCount 1 ] . _:p sh:inversePath _:p": "contains itself",
    "sh:property [ sh:path ex:p ; sh:minCount 100 ]": "above 12",
    "sh:property [ sh:path ex:p ; sh:qualifiedValueShape [ sh:class ex:A ] ]": "without a number",
    "sh:property ex:Shape": "no sh:path",
    "sh:flags 'i'": "no sh:pattern",
    "sh:pattern '('": "cannot use its pattern",
    "sh:sparql [ sh:ask 'ASK {}' ]": "no sh:select",
    "sh:not [ sh:sparql [ sh:select 'SELECT $this { $this ?p 1 }' ] ]": "place of a property",
    "sh:not [ sh:sparql [ sh:select 'SELECT $this { $this a 1 } GROUP BY $this' ] ]": "counts",
}
BROKEN_QUERIES = {
    "SELECT $this WHERE {": "cannot be read",
    "ASK { $this a ex:Thing }": "“SELECT” is expected",
    "SELECT ?value WHERE { $this ex:p ?value }": "does not select $this",
    "SELECT $this WHERE { $this ex:p ?x } LIMIT 1": "LIMIT",
    "SELECT (SAMPLE($this) AS ?this) WHERE { $this ex:p ?x } GROUP BY ?x": "GROUP BY $this",
    "SELECT $this WHERE { { ?x ex:p ?y FILTER(?y = $this) } UNION { $this ex:q ?x } }": "binds it",
    "SELECT $this WHERE { { SELECT $this (COUNT(?x) AS ?n) WHERE { $this ex:p ?x } } }": "cannot",
    "SELECT $this WHERE { { SELECT ?x WHERE { $this ex:p ?x } } }": "hides it",
    "SELECT $this WHERE { $this ex:p ?x MINUS { $this ex:q ?x } }": "MINUS",
    "SELECT $this WHERE { SERVICE ex:s { $this ex:p ?x } }": "SERVICE",
    "SELECT $this WHERE { $this ?p ?x }": "variable in the place of a property",
    "SELECT $this WHERE { $this ex:p $currentShape }": "$currentShape",
    "SELECT $this WHERE { mgsh:audit mg:until ?day . $this ex:p ?day }": "occasion does not say",
    "SELECT $this WHERE { $this ex:p ?x FILTER(ex:unknown(?x)) }": "cannot be read",
}
DECLARED = " ".join(
    f"[ sh:prefix '{prefix}' ; sh:namespace '{iri}' ],"
    for prefix, iri in {"ex": EX, "mg": PREFIXES["mg"], "mgsh": PREFIXES["mgsh"]}.items()
).rstrip(",")


@pytest.mark.parametrize(
    ("shapes", "why"),
    [(f"{TARGET} {said} .", why) for said, why in BROKEN.items()]
    + [
        (f'{TARGET} sh:sparql [ sh:prefixes ex: ; sh:select """{text}""" ] .', why)
        for text, why in BROKEN_QUERIES.items()
    ]
    + [("ex:Shape a sh:NodeShape ; sh:targetClas ex:Thing .", "targetClas, which is not supported")]
    + [("ex:Shape sh:targetNode [ ] ; sh:class ex:Thing .", "target is a blank node")],
)
def test_a_broken_shape_is_named_and_others_are_judged(shapes: str, why: str) -> None:
    good = "ex:Good a sh:NodeShape ; sh:targetClass ex:Thing ; sh:nodeKind sh:Literal ."
    found = judged(f"{shapes} {good} ex: sh:declare {DECLARED} .", "ex:a a ex:Thing ; ex:p ex:b .")
    assert found.unjudged.keys() == {EX + "Shape"}
    assert why in found.unjudged[EX + "Shape"]
    assert {result.shape for result in found.results} == {EX + "Good"}
    assert found.applicable.keys() == {EX + "Good"}


def test_text_that_is_not_turtle_is_refused() -> None:
    with pytest.raises(ProfileError):
        Judge(["ex:Shape"])


def test_a_query_that_the_engine_gives_up_leaves_its_rule_alone_unjudged() -> None:
    shapes = (
        f"{TARGET} sh:property ex:One, ex:Two . "
        "ex:One sh:path ex:p ; sh:minCount 1 . ex:Two sh:path ex:p ; sh:hasValue ex:slow ."
    )
    engine = reader(turtle(f"{PROLOGUE} ex:a a ex:Thing ."))

    def select(query: str) -> Table:
        if "slow" in query:
            raise QueryTimeoutError("It takes too long.")
        return engine.select(query)

    found = Judge([PROLOGUE + shapes]).judge(select)
    assert found.unjudged == {EX + "Two": "A query failed: It takes too long."}
    assert [result.shape for result in found.results] == [EX + "One"]


def test_counts_the_focus_nodes_that_a_demand_is_addressed_to() -> None:
    found = judged(
        f"{TARGET} sh:property ex:All, ex:Few, [ sh:path ex:p ; sh:property ex:Inner ] . "
        "ex:All sh:path ex:p ; sh:minCount 1 . "
        "ex:Few sh:path ex:q ; sh:minCount 1 ; mg:appliesTo [ sh:path ex:p ; sh:minCount 1 ] . "
        "ex:Inner sh:path ex:q ; sh:maxCount 1 . "
        "ex:Nobody a sh:NodeShape ; sh:targetClass ex:None ; sh:class ex:Other .",
        "ex:Sub rdfs:subClassOf ex:Thing . ex:a a ex:Thing ; ex:p ex:c, 'text' . ex:b a ex:Sub .",
    )
    assert found.applicable == {
        EX + "All": {EX + "a", EX + "b"},
        EX + "Few": {EX + "a"},
        EX + "Inner": {EX + "c", '"text"'},
        EX + "Nobody": set(),
    }


def test_rules_of_one_target_share_one_set() -> None:
    found = judged(
        f"{TARGET} sh:property ex:One, ex:Two . ex:One sh:path ex:p ; sh:minCount 1 . "
        "ex:Two sh:path ex:q ; sh:minCount 1 .",
        "ex:a a ex:Thing .",
    )
    assert found.applicable[EX + "One"] is found.applicable[EX + "Two"]


def test_a_property_shape_without_a_name_goes_by_its_holder() -> None:
    found = judged(f"{TARGET} sh:property [ sh:path ex:p ; sh:minCount 1 ] .", "ex:a a ex:Thing .")
    assert [(result.shape, result.path) for result in found.results] == [(EX + "Shape", f"<{EX}p>")]


def test_tells_how_far_it_has_come() -> None:
    told: list[tuple[int, int]] = []
    judge = Judge([PROLOGUE + TARGET + "sh:class ex:Other ."])
    judge.judge(reader([]).select, told=lambda done, total: told.append((done, total)))
    assert told[-1] == (len(told), len(told))


def changes(case: Path) -> st.SearchStrategy[tuple[list[Quad], list[Quad]]]:
    """Return what yields two states of a case's data, apart by a few statements."""
    data = [quad for quad in turtle(case.read_text("utf-8")) if in_data(quad)]
    subjects = sorted({quad.subject for quad in data}, key=str)
    predicates = sorted({quad.predicate for quad in data}, key=str)
    objects = sorted({quad.object for quad in data}, key=str)
    graphs = st.sampled_from([DefaultGraph(), NamedNode(EX + "graph")])
    other = st.builds(
        Quad,
        st.sampled_from(subjects),
        st.sampled_from(predicates),
        st.sampled_from(objects),
        graphs,
    )
    changed = st.lists(st.sampled_from(data) | other, min_size=1, max_size=5)
    return st.tuples(st.just(data), changed)


def in_data(quad: Quad) -> bool:
    shacl = ("http://www.w3.org/ns/shacl#", "http://www.w3.org/1999/02/22-rdf-syntax-ns#rest")
    return not isinstance(quad.subject, BlankNode) and not quad.predicate.value.startswith(shacl)


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
@settings(deadline=None)
@given(chance=st.data())
def test_judging_a_change_again_comes_to_the_same_as_judging_everything(
    case: Path, chance: st.DataObject
) -> None:
    data, changed = chance.draw(changes(case))
    # Each statement that is in the data goes, each other one comes.
    store = Store()
    store.extend(data)
    engine = EngineReader(store, Version(1, "", {}))
    judge = Judge([case.read_text("utf-8")], OCCASION)
    before = judge.judge(engine.select)
    added = [quad for quad in changed if quad not in store]
    removed = [quad for quad in changed if quad in store]
    for quad in removed:
        store.remove(quad)
    store.extend(added)
    after = judge.judge(engine.select)
    assert judge.rejudge(engine.select, before, added, removed) == after
    for quad in added:
        store.remove(quad)
    store.extend(removed)
    assert judge.rejudge(engine.select, after, removed, added) == before


@pytest.mark.parametrize("many", [1, 2_000])
@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_suspects_are_the_things_that_break_a_rule(
    case: Path, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.shacl.judging.MANY", many)
    text = case.read_text("utf-8")
    select = reader(turtle(text)).select
    judge = Judge([text], OCCASION)
    nodes = [EX + name for name in ("a", "b", "c", "d", "nothing")]
    wrong = {result.focus[1:-1] for result in judge.judge(select).results}
    assert judge.suspects(select, nodes, hierarchy(select)) == wrong.intersection(nodes)
    assert judge.suspects(select, nodes[:1], hierarchy(select)) == wrong.intersection(nodes[:1])
    assert not judge.suspects(select, [], {})
