"""EXISTS over several patterns is nested, and says the same."""

from __future__ import annotations

from collections import Counter

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from pyoxigraph import Literal, NamedNode, Quad

from graph.errors import QuerySyntaxError
from graph.sparql.exists import nested
from graph.store.reading import evaluate

PREFIX = "PREFIX x: <urn:x:> "
OUTER = PREFIX + "SELECT * { ?a x:p ?b FILTER NOT EXISTS { %s } }"

NESTED = {
    "a chain": ("?c x:p ?a . ?c x:q x:1", "?c x:p ?a FILTER EXISTS { ?c x:q x:1 }"),
    "known first": ("?c x:q x:1. ?c x:p ?a.", "?c x:p ?a FILTER EXISTS { ?c x:q x:1 }"),
    "one subject": ("?a x:p ?c; a 1, 'x'@en;", None),
    "signs": ("?a x:p -1 , +2.5", "?a x:p -1 FILTER EXISTS { ?a x:p +2.5 }"),
    "a typed text": ("?a x:p 'x'^^x:t ; ?q true", None),
    "a sequence": ("?a x:p/^x:q x:1", "?a x:p ?between0 FILTER EXISTS { ?between0 ^ x:q x:1 }"),
    "one or more": ("?a x:p+ ?c . ?c (x:q|x:r/a) ?b", None),
    "a choice": ("?a x:p|x:q ?c . ?c !x:q ?b", None),
    "an early filter": (
        "?a x:p ?c . ?c x:q ?d . FILTER(?c > 1) FILTER ISIRI(?d)",
        "?a x:p ?c FILTER(?c > 1) FILTER EXISTS { ?c x:q ?d FILTER ISIRI(?d) }",
    ),
    "EXISTS inside": (
        "?c x:p ?a . ?c x:q ?b . FILTER NOT EXISTS { ?d x:p ?c . ?d x:q x:1 }",
        "?c x:p ?a FILTER NOT EXISTS { ?d x:p ?c FILTER EXISTS { ?d x:q x:1 } }"
        " FILTER EXISTS { ?c x:q ?b }",
    ),
}
LEFT_ALONE = {
    "one pattern": "?c x:p ?a",
    "nothing": "",
    "an unrelated part": "?c x:p ?a . ?d x:q x:1",
    "nothing from outside": "?c x:p ?d . ?d x:q x:1",
    "no length": "?c x:p* ?a . ?c x:q x:1",
    "perhaps no length": "?c x:p? ?a . ?c x:q x:1",
    "no length within": "?c (x:p|x:q*) ?a . ?c x:q x:1",
    "a sum, or a path": "?c x:p+1 . ?c x:q ?a",
    "OPTIONAL": "?c x:p ?a OPTIONAL { ?c x:q x:1 }",
    "UNION": "{ ?c x:p ?a } UNION { ?c x:q ?a }",
    "BIND": "?c x:p ?a . ?c x:q ?d . BIND(1 AS ?e)",
    "VALUES": "?c x:p ?a . ?c x:q ?d VALUES ?d { 1 }",
    "MINUS": "?c x:p ?a . ?c x:q ?d MINUS { ?d x:p 1 }",
    "GRAPH": "GRAPH ?g { ?c x:p ?a . ?c x:q x:1 }",
    "a sub-select": "{ SELECT ?c { ?c x:p ?a . ?c x:q x:1 } }",
    "a blank node": "_:c x:p ?a . _:c x:q x:1",
    "brackets": "[] x:p ?a ; x:q x:1",
    "a list": "?a x:p (1 2) ; x:q x:1",
    "a triple term": "?a x:p <<( x:1 x:2 x:3 )>> ; x:q x:1",
    "an annotation": "?a x:p ?c {| x:q 1 |} . ?c x:q x:1",
    "too many": " . ".join(f"?a x:p ?c{number}" for number in range(13)),
    "no dot": "?a x:p ?c ?a x:q ?c",
    "no object": "?a x:p . ?a x:q ?c",
    "no verb": "?a ?a x:q ?c . ?a",
    "a text for a subject": "'x' x:p ?c . ?c x:q ?a",
    "no end": "?a x:p (x:q . ?c",
}


@pytest.mark.parametrize(("inner", "wanted"), NESTED.values(), ids=NESTED)
def test_patterns_are_nested(inner: str, wanted: str | None) -> None:
    found = nested(OUTER % inner)
    assert found != OUTER % inner
    assert found.count("EXISTS {") > 1
    if wanted:
        assert found == OUTER % wanted
    engine = pyoxigraph.Store()
    engine.query(OUTER % inner)
    engine.query(found)
    assert nested(found) == found


@pytest.mark.parametrize("inner", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_what_is_anything_else_is_left_alone(inner: str) -> None:
    assert nested(OUTER % inner) == OUTER % inner


def test_a_mistake_is_told_where_it_was_made() -> None:
    text = "ASK { ?a a ?b\nFILTER NOT EXISTS { ?c a ?b . ?c a ?a }\n?a ?b }"
    assert nested(text) != text
    with pytest.raises(QuerySyntaxError) as caught:
        evaluate(pyoxigraph.Store(), text)
    assert (caught.value.line, caught.value.column) == (3, 8)


VARIABLES = ("?a", "?b", "?c", "?d")
IRIS = tuple(f"x:{number}" for number in range(4))
PREDICATES = ("x:p", "x:q", "x:r")
LITERALS = ("1", "2", "01", "'1'", "'x'", "'x'@en", "true")
subjects = some.sampled_from(VARIABLES + IRIS[:2])
objects = some.sampled_from(VARIABLES * 2 + IRIS + LITERALS)
verbs = some.sampled_from(
    (*PREDICATES * 3, "?e", "x:p/x:q", "^x:p", "x:p|x:q", "x:q+", "x:p/^x:q", "!x:r", "(x:p/x:q)+")
)
patterns = some.builds("{} {} {}".format, subjects, verbs, objects)
filters = some.one_of(
    some.builds(
        "FILTER({} {} {})".format,
        some.sampled_from(VARIABLES),
        some.sampled_from(("=", "!=", "<", ">=")),
        objects,
    ),
    some.builds("FILTER BOUND({})".format, some.sampled_from(VARIABLES)),
    some.builds("FILTER({} = 1 || !ISIRI({}))".format, subjects, objects),
)


def groups(depth: int) -> some.SearchStrategy[str]:
    """Yield the inside of EXISTS: patterns, filters, and EXISTS again."""
    inner = filters
    if depth:
        inner = some.one_of(
            filters,
            some.builds(
                "FILTER {}EXISTS {{ {} }}".format,
                some.sampled_from(("", "NOT ")),
                groups(depth - 1),
            ),
        )
    return some.builds(
        lambda found, kept: " . ".join(found) + " " + " ".join(kept),
        some.lists(patterns, min_size=1, max_size=4),
        some.lists(inner, max_size=2),
    )


outers = some.sampled_from(
    (
        "?a x:p ?b",
        "?a ?e ?b . ?b x:q ?c",
        "?a x:p ?b OPTIONAL { ?b x:q ?c }",
        "{ ?a x:p ?b } UNION { ?a x:q ?d }",
        "VALUES ?a { x:0 1 UNDEF }",
        "BIND(x:0 AS ?a)",
    )
)
uses = some.sampled_from(
    (
        "SELECT * {{ {} FILTER NOT EXISTS {{ {} }} }}",
        "SELECT * {{ {} FILTER EXISTS {{ {} }} }}",
        "SELECT ?a ?x {{ {} BIND(EXISTS {{ {} }} AS ?x) }}",
        "SELECT (COUNT(*) AS ?n) {{ {} FILTER(?a = x:1 || NOT EXISTS {{ {} }}) }} GROUP BY ?b",
        "SELECT DISTINCT ?b {{ {} MINUS {{ ?a x:r ?d FILTER EXISTS {{ {} }} }} }}",
    )
)
terms = some.sampled_from([NamedNode(f"urn:x:{number}") for number in range(4)])
values = some.one_of(terms, some.sampled_from([Literal(1), Literal("1"), Literal("x")]))
predicates = some.sampled_from([NamedNode(f"urn:x:{letter}") for letter in "pqr"])
graphs = some.sampled_from([NamedNode("urn:g:1"), NamedNode("urn:g:2")])
data = some.lists(some.builds(Quad, terms, predicates, values, graphs), max_size=25)


def solutions(engine: pyoxigraph.Store, query: str) -> Counter[str]:
    found = engine.query(query, use_default_graph_as_union=True)
    assert isinstance(found, pyoxigraph.QuerySolutions)
    return Counter(str(solution) for solution in found)


@settings(max_examples=200, deadline=None)
@given(data, outers, uses, groups(1))
def test_the_solutions_are_the_same(quads: list[Quad], outer: str, use: str, inner: str) -> None:
    engine = pyoxigraph.Store()
    engine.extend(quads)
    query = PREFIX + use.format(outer, inner)
    assert solutions(engine, nested(query)) == solutions(engine, query)
