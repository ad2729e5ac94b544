"""Searching the bundled dataset: what a person finds, in any of the six languages."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import SearchError, SearchTimeoutError
from graph.search.citing import cited, nearest
from graph.search.expressions import MAX_TEXT
from graph.search.finding import search, suggest
from graph.search.folding import folded, words
from graph.search.index import Index
from graph.search.model import Found, Request
from graph.vocabulary import LANGUAGES, mg
from graph.workspace import Workspace

HERE = Path(__file__).parent
CASES = tomllib.loads((HERE / "words.toml").read_text("utf-8"))["case"]
CITATIONS = tomllib.loads((HERE / "citations.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def index(workspace: Workspace) -> Iterator[Index]:
    with closing(workspace.searches.open(workspace.store.reader())) as found:
        yield found


def tail(iri: str) -> str:
    return iri.partition("/id/")[2] or iri.partition("/concept/")[2] or iri


def asked(case: dict[str, Any]) -> Request:
    narrowed = dict(case.get("narrowed", {}))
    if "kind" in narrowed:
        narrowed["kind"] = mg(narrowed["kind"]).value
    language, tongue = case.get("language", "en"), case.get("tongue", "")
    return Request(case["text"], language, tongue, narrowed, size=200)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_words_find_what_a_reader_expects(index: Index, case: dict[str, Any]) -> None:
    found = search(index, asked(case))
    listed = iter(tail(hit.entry.iri) for hit in found.hits)
    assert [wanted for wanted in case["finds"] if wanted not in listed] == []
    assert found.loosely is case.get("loosely", False)
    assert found.count == case.get("count", found.count)
    if "found_in" in case:
        assert list(found.hits[0].languages) == case["found_in"]
    if "name" in case:
        assert found.hits[0].name.text == case["name"]
    if "all_are" in case:
        kind = ("kind", mg(case["all_are"]).value)
        assert all(kind in hit.entry.facets for hit in found.hits)


@pytest.mark.parametrize("name", CITATIONS)
def test_every_way_of_citing_means_its_act(index: Index, name: str) -> None:
    means = CITATIONS[name]["means"]
    wrong = {
        text: [tail(act.iri) for act in cited(index, text)] for text in CITATIONS[name]["texts"]
    }
    assert {text: found for text, found in wrong.items() if found != means} == {}


def test_an_unknown_symbol_has_neighbours(index: Index) -> None:
    assert "HSP/HA.1/Res.5" in nearest(index, "HSP/HA.1/Res.55")
    assert nearest(index, "\x00") == ()


def test_facets_count_what_narrowing_down_leaves(index: Index) -> None:
    found = search(index, Request("cities"))
    for facet in found.facets:
        if facet.dimension == "language":
            narrowed = Request("cities", tongue=facet.value)
        else:
            narrowed = Request("cities", narrowed={facet.dimension: facet.value})  # type: ignore[dict-item]
        assert search(index, narrowed).count == facet.count, facet


def test_pages_hold_every_hit_once(index: Index) -> None:
    pages = [search(index, Request("cities", page=page, size=7)) for page in range(1, 12)]
    listed = [hit.entry.iri for page in pages for hit in page.hits]
    assert len(listed) == len(set(listed)) == pages[0].count
    assert listed == [hit.entry.iri for hit in search(index, Request("cities", size=200)).hits]


@pytest.mark.parametrize("language", LANGUAGES)
def test_suggestions_go_on_from_what_is_written(index: Index, language: str) -> None:
    assert suggest(index, "camer", language)[0].entry.iri.endswith("/country/CMR")
    assert suggest(index, "resolution 1/5", language)[0].entry.iri.endswith("Res.5")


def test_a_snippet_marks_the_words_where_they_stand(index: Index) -> None:
    hits = search(index, Request("EQUALITY gender")).hits
    for hit in hits:
        marked = {folded(piece.text) for piece in hit.snippet.pieces if piece.marked}
        assert marked
        plain = hit.snippet.text.removeprefix("… ").removesuffix(" …")
        assert any(plain in text.text for text in hit.entry.texts)


def test_too_much_text_is_refused_and_too_much_time_is_not_taken(
    index: Index, workspace: Workspace
) -> None:
    with pytest.raises(SearchError):
        search(index, Request("x" * (MAX_TEXT + 1)))
    place = next((workspace.settings.home / "search").glob("*.sqlite"))
    with closing(Index(place, seconds=0.0)) as hurried:
        hurried_search(hurried)


def hurried_search(index: Index) -> Found | None:
    with index.reading() as database:
        numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
        cursor = database.execute(numbers)
        with pytest.raises(Exception, match="interrupted"):
            cursor.fetchall()
    with pytest.raises(SearchTimeoutError), index.reading() as database:
        database.execute(numbers).fetchall()
    return None


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60) | st.text(alphabet='"*^:(){}+-NEAR OR\x00城ا', max_size=40))
def test_nothing_that_is_written_is_an_operator(index: Index, text: str) -> None:
    found = search(index, Request(text))
    suggest(index, text, "en")
    cited(index, text)
    if not words(text):
        assert found.count == 0


@given(st.text(max_size=40))
def test_words_stand_where_they_are_said_to(text: str) -> None:
    at = 0
    for word in words(text):
        assert at <= word.start < word.end <= len(text)
        assert word.text.isalnum()
        at = word.end
