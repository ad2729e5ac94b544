"""Texts that no engine should be given are refused before one sees them."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from graph.errors import QueryRefusedError
from graph.sparql.guard import MAX_LENGTH, Look, check_query

REFUSED = {
    "nested braces": "SELECT * " + "{" * 3000 + "}" * 3000,
    "nested brackets": "SELECT (" + "(" * 5000 + "1" + ")" * 5000 + " AS ?x) {}",
    "a long sum": "SELECT (1" + "+1" * 7000 + " AS ?x) {}",
    "a long path": "ASK { ?s <urn:p>" + "/<urn:p>" * 8600 + " ?o }",
    "many unions": "ASK { {}" + " UNION {}" * 6600 + "}",
    "many optionals": "ASK { " + "OPTIONAL {} " * 4000 + "}",
    "too long": "ASK {}#" + "x" * MAX_LENGTH,
    "a text without end": "ASK { ?s ?p 'x }",
    "a long text without end": 'ASK { ?s ?p """x }',
    "many escaped quotes": "'\\" * 40000,
    "a nul character": "ASK { ?s ?p 'a\x00b' }",
    "too many parts": "ASK {" + "?s ?p ?o ." * 9000 + "}",
}
ALLOWED = {
    "comparisons": "SELECT * { ?s ?p ?o FILTER(?o < 3 && ?s > 2 || ?a<?b) }",
    "long texts": 'ASK { ?s ?p \'\'\'it\'s "so" \'\'\' , """a "b" \'""" }',
}


@pytest.mark.parametrize("query", REFUSED.values(), ids=REFUSED)
def test_a_query_that_is_too_much_is_refused(query: str) -> None:
    with pytest.raises(QueryRefusedError):
        check_query(query)


@pytest.mark.parametrize("query", ALLOWED.values(), ids=ALLOWED)
def test_an_ordinary_query_passes(query: str) -> None:
    check_query(query)


PARTS = """
    SELECT ask Construct describe PREFIX BASE graph FROM union not Exists optional WHERE
    ?x ?graph <urn:x> <urn:graph> <> <a#b> p: select: a:b : @en 1 ' " \\ #c < > <= && || + /
    ( ) { } [ ] . ; é ſelect
"""
PARTED = st.lists(st.sampled_from(PARTS.split()), max_size=12)
COMMENT = "\n#" + "-" * 1_000
"""Makes a query too long to be judged at a glance, and changes nothing else."""


def seen(query: str) -> Look | str:
    try:
        return check_query(query)
    except QueryRefusedError as error:
        return str(error)


@given(PARTED.map(" ".join) | PARTED.map("".join))
@example("PREFIX p: <urn:x#y> BASE<urn:b>select ?x { ?x p:y 1 }")
@example("ASK {" + "(" * 64 + ")" * 64 + "}")
@example("ASK { ?s " + "!" * 201 + "a ?o }")
@example("SELECT * {" + "{}" * 63 + "}")
def test_a_glance_shows_what_a_look_shows(query: str) -> None:
    assert seen(query) == seen(query + COMMENT)
