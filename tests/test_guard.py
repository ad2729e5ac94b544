"""Texts that no engine should be given are refused before one sees them."""

from __future__ import annotations

import pytest

from graph.errors import QueryRefusedError
from graph.sparql.guard import MAX_LENGTH, check_query

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
