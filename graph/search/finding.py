"""Searching an index: ranked hits with snippets, how many there are of what, and suggestions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from graph.batches import batches
from graph.search.citing import cited
from graph.search.expressions import Sought, read_words
from graph.search.folding import folded
from graph.search.index import Index
from graph.search.model import (
    DIMENSIONS,
    Dimension,
    Entry,
    Facet,
    Found,
    Hit,
    Request,
    Snippet,
    Text,
)
from graph.search.snippets import fits, shown, snippet
from graph.search.tables import COLUMNS, TONGUES, bits_of
from graph.vocabulary import LANGUAGES, mg

MAX_FACETS = 40
"""Values of a dimension that are counted out, the commonest first."""

_SYMBOL, _NAME, _TEXT = 10.0, 5.0, 1.0
_ASKED = 1.5
"""How much more a text in the language asked for weighs."""

_WEIGHTY = 1.3
"""How much more a thing weighs that people look for than one that is found through it."""

_EXACT = 1000.0
_BATCH = 500
_SOUGHT_KINDS: tuple[tuple[Dimension, str], ...] = tuple(
    ("kind", mg(name).value)
    for name in (
        "Act",
        "Mandate",
        "Agency",
        "GoverningBody",
        "Event",
        "Country",
        "Document",
        "Report",
        "FundingArrangement",
        "Deliverable",
    )
)


@dataclass(frozen=True)
class _Ranked:
    """Numbers with how well they fit, less being better."""

    numbers: Mapping[int, float]
    expression: str = ""
    is_loose: bool = False


def search(index: Index, request: Request) -> Found:
    """Return one page of what fits a search, and how many hits there are of what.

    Where no thing has all the words, those that have any of them are found.

    Raises:
        SearchError: If the text is too long.
        SearchTimeoutError: If it takes too long.
    """
    sought = read_words(request.text)
    only = _allowed(index, request.narrowed)
    ranked = _ranked(index, sought, request, only, _tongues(request.tongue))
    listed = _page(index, ranked.numbers, request.page, request.size)
    return Found(
        len(ranked.numbers),
        tuple(_hit(entry, sought, request) for entry in listed),
        _facets(index, ranked, only),
        cited(index, request.text),
        ranked.is_loose,
        sought.truncated,
    )


def suggest(index: Index, text: str, language: str, limit: int = 8) -> tuple[Hit, ...]:
    """Return the things whose names and symbols go on from a text, acts that it cites first.

    Raises:
        SearchError: If the text is too long.
        SearchTimeoutError: If it takes too long.
    """
    sought = read_words(text)
    request = Request(text, language, size=limit)
    columns = [column for column in COLUMNS if not column.startswith("text")]
    ranked = _ranked(index, sought, request, None, columns, loose=False)
    acts = cited(index, text)
    known = {act.iri for act in acts}
    rest = [entry for entry in _page(index, ranked.numbers, 1, limit) if entry.iri not in known]
    return tuple(_hit(entry, sought, request) for entry in (*acts, *rest)[:limit])


def _allowed(index: Index, narrowed: Mapping[Dimension, str]) -> int | None:
    """Return the things that fit what a search is narrowed down to; ``None`` for all."""
    bits: int | None = None
    for pair in narrowed.items():
        found = index.members.get(pair, 0)
        bits = found if bits is None else bits & found
    return bits


def _tongues(tongue: str) -> Sequence[str]:
    """Return the columns that are searched."""
    return (f"name_{tongue}", f"text_{tongue}") if tongue in TONGUES else COLUMNS


def _ranked(
    index: Index,
    sought: Sought,
    request: Request,
    only: int | None,
    columns: Sequence[str],
    *,
    loose: bool = True,
) -> _Ranked:
    for expression, is_strict in sought.stages():
        if not is_strict and not loose:
            break
        rows = _matches(index, _within(expression, columns), request.language, only)
        if rows:
            _put_first(index, rows, request.text)
            return _Ranked(rows, expression, not is_strict)
    return _Ranked({})


def _within(expression: str, columns: Sequence[str]) -> str:
    return expression if columns is COLUMNS else f"{{{' '.join(columns)}}} : ({expression})"


def _matches(index: Index, expression: str, language: str, only: int | None) -> dict[int, float]:
    weights = ", ".join(str(_weight(column, language)) for column in COLUMNS)
    query = f"SELECT rowid, bm25(word, {weights}) FROM word WHERE word MATCH ?"  # noqa: S608
    with index.reading() as database:
        rows = database.execute(query, (expression,)).fetchall()
    bits = 0
    for pair in _SOUGHT_KINDS:
        bits |= index.members.get(pair, 0)
    weighty = _room(bits, rows)
    if only is not None:
        allowed = _room(only, rows)
        rows = [row for row in rows if allowed[row[0] >> 3] >> (row[0] & 7) & 1]
    return {
        number: score * _WEIGHTY if weighty[number >> 3] >> (number & 7) & 1 else score
        for number, score in rows
    }


def _room(bits: int, rows: Sequence[tuple[int, float]]) -> bytes:
    """Return bits as bytes with room for the numbers of all rows, for looking at one by one."""
    longest = max((row[0] for row in rows), default=0)
    return bits.to_bytes(max((bits.bit_length() + 7) // 8, longest // 8 + 1), "little")


def _weight(column: str, language: str) -> float:
    part, _, tongue = column.partition("_")
    weight = {"symbol": _SYMBOL, "name": _NAME, "text": _TEXT}[part]
    return weight * _ASKED if tongue == language else weight


def _put_first(index: Index, rows: dict[int, float], text: str) -> None:
    """Let things that bear the very name that is searched for come before others."""
    for number in index.named(f"name {folded(text)}"):
        if number in rows:
            rows[number] -= _EXACT


def _page(index: Index, numbers: Mapping[int, float], page: int, size: int) -> tuple[Entry, ...]:
    """Return the things of one page; equals are in the order of their keys, the same every time."""
    until = page * size
    if until - size >= len(numbers):
        return ()
    scores = {number: round(score, 9) for number, score in numbers.items()}
    bound = nsmallest(until, scores.values())[-1]
    near = [number for number, score in scores.items() if score <= bound]
    order = _order(index, near)
    near.sort(key=lambda number: (scores[number], order[number]))
    return index.entries(near[until - size : until])


def _order(index: Index, numbers: Sequence[int]) -> dict[int, tuple[str, str]]:
    found: dict[int, tuple[str, str]] = {}
    with index.reading() as database:
        for batch in batches(numbers, _BATCH):
            marks = ", ".join("?" * len(batch))
            query = f"SELECT id, sort, iri FROM thing WHERE id IN ({marks})"  # noqa: S608
            found |= {row[0]: (row[1], row[2]) for row in database.execute(query, batch)}
    return found


def _facets(index: Index, ranked: _Ranked, only: int | None) -> tuple[Facet, ...]:
    """Return how many hits have each value, by dimension, the commonest value first."""
    hits = bits_of(ranked.numbers)
    found: dict[str, list[Facet]] = {dimension: [] for dimension in (*DIMENSIONS, "language")}
    for (dimension, value), bits in index.members.items():
        if count := (bits & hits).bit_count():
            found[dimension].append(Facet(dimension, value, count))
    found["language"] = _languages(index, ranked, hits)
    for facets in found.values():
        facets.sort(key=lambda facet: (-facet.count, facet.value))
    found["year"].sort(key=lambda facet: facet.value, reverse=True)
    return tuple(facet for facets in found.values() for facet in facets[:MAX_FACETS])


def _languages(index: Index, ranked: _Ranked, hits: int) -> list[Facet]:
    if not ranked.numbers:
        return []
    facets = []
    with index.reading() as database:
        for tongue in LANGUAGES:
            expression = _within(ranked.expression, _tongues(tongue))
            query = "SELECT rowid FROM word WHERE word MATCH ?"
            numbers = bits_of(row[0] for row in database.execute(query, (expression,)))
            if count := (numbers & hits).bit_count():
                facets.append(Facet("language", tongue, count))
    return facets


def _hit(entry: Entry, sought: Sought, request: Request) -> Hit:
    fitting = fits(entry.texts, sought, request.language, request.tongue)
    name = shown(entry.texts, request.language) or Text("label", "", entry.iri)
    marks = next((fit.marked for fit in fitting if fit.text == name), ())
    named = snippet(name, marks)
    best = fitting[0] if fitting else None
    around = snippet(best.text, best.marked) if best else Snippet((), "")
    tongues = {fit.text.language for fit in fitting if best and fit.count == best.count}
    return Hit(entry, named, around, tuple(sorted(tongues)), best.text if best else None)
