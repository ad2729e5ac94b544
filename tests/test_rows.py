"""An answer with more rows than it may have is refused or broken off, never cut short."""

from __future__ import annotations

from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as some

from graph.errors import QueryRefusedError
from graph.store.interface import ResultFormat
from graph.store.reading import RESULT_FORMATS
from graph.workers.rows import Rows, at_most
from tests.visitor import Visitor, serving

MOST = 500
NASTY = '},{"},{"x":<result>,\r\n\t""},{}\\"'
terms = some.one_of(
    some.text(NASTY, max_size=12).map(pyoxigraph.Literal),
    some.sampled_from([pyoxigraph.Literal(NASTY, language="en"), pyoxigraph.NamedNode("urn:x")]),
)
rows = some.lists(some.tuples(terms, some.one_of(some.none(), terms)), min_size=1, max_size=20)


def written(found: list[tuple[object, object]], form: ResultFormat) -> bytes:
    table = " ".join(f"({x} {'UNDEF' if y is None else y})" for x, y in found)
    answer = pyoxigraph.Store().query(f"SELECT ?x ?y {{ VALUES (?x ?y) {{ {table} }} }}")
    assert isinstance(answer, pyoxigraph.QuerySolutions)
    return answer.serialize(format=RESULT_FORMATS[form]) or b""


def count(data: bytes, size: int, form: ResultFormat, most: int) -> None:
    counter = Rows(form, most)
    for begin in range(0, len(data), size):
        counter.add(data[begin : begin + size])


@pytest.mark.parametrize("form", RESULT_FORMATS)
@given(found=rows, size=some.integers(1, 80))
def test_every_row_is_counted_once(
    form: ResultFormat, found: list[tuple[object, object]], size: int
) -> None:
    data = written(found, form)
    count(data, size, form, len(found))
    count(data, size, form, 0)
    if len(found) > 1:
        with pytest.raises(QueryRefusedError, match="rows"):
            count(data, size, form, len(found) - 1)


def test_statements_are_counted() -> None:
    assert list(at_most(0, "abc")) == list(at_most(3, "abc")) == ["a", "b", "c"]
    with pytest.raises(QueryRefusedError, match="statements"):
        list(at_most(2, "abc"))


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    home = tmp_path_factory.mktemp("rows")
    with serving(Path(home), MAX_ANSWER_ROWS=str(MOST)) as (_, visitor):
        yield visitor


def address(rows: int, text: str, form: str = "SELECT *") -> str:
    digits = "VALUES ?{0} {{ 0 1 2 3 4 5 6 7 8 9 }}"
    body = " ".join(digits.format(name) for name in "abcd") + f" BIND('{text}' AS ?t)"
    return "/sparql?" + urlencode({"query": f"{form} {{ {body} }} LIMIT {rows}"})


GRAPH = "CONSTRUCT { <urn:s> <urn:p> ?a . [] <urn:q> ?b , ?c } WHERE"


def test_as_many_rows_as_may_be_are_answered(strict: Visitor) -> None:
    reply = strict.get(address(MOST, "x"), {"Accept": "text/csv"})
    assert (reply.status_code, reply.data.count(b"\n")) == (200, MOST + 1)


@pytest.mark.parametrize("media_type", ["application/json", "text/csv"])
def test_more_rows_are_refused_with_a_reason(strict: Visitor, media_type: str) -> None:
    reply = strict.get(address(MOST + 1, "x"), {"Accept": media_type})
    assert reply.status_code == 400
    assert "more than 500 rows" in reply.get_json()["detail"]


def test_more_statements_are_refused_with_a_reason(strict: Visitor) -> None:
    reply = strict.get(address(MOST, "x", GRAPH))
    assert reply.status_code == 400
    assert "more than 500 statements" in reply.get_json()["detail"]


def test_what_has_begun_is_broken_off(strict: Visitor) -> None:
    with pytest.raises((HTTPException, ConnectionError)):
        strict.get(address(MOST + 1, "x" * 1000), {"Accept": "text/csv"})
