"""Asking a question, and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal as OneOf

from pyoxigraph import Literal, NamedNode

from graph.batches import listed
from graph.library.parameters import resolve
from graph.library.question import Library, Question
from graph.store.interface import ReadStore, Table, Term, Version, value
from graph.vocabulary import LABEL, declared

Finder = Callable[[str, str, str], Sequence[tuple[str, Literal]]]
"""Looks words up in an index: given the words, the code of the language of names, and that of
the only language whose texts count (or nothing), it returns things by IRI and the text of each
that fits, the best first."""

Emptiness = OneOf["", "nothing asked", "nothing matched", "nothing recorded"]

_COVERAGE = (
    declared("mg", "rdfs")
    + """SELECT ?source ?cited ?label ?date WHERE {
  { SELECT DISTINCT ?source WHERE { ?paragraph mg:paragraphOf ?source } }
  ?source mg:citedAs ?cited .
  OPTIONAL { ?source mg:sortKey ?key }
  OPTIONAL { ?source mg:adoptedOn ?adopted }
  OPTIONAL { ?source mg:issuedOn ?issued }
  OPTIONAL { ?source mg:submittedAt/mg:startDate ?submitted }
  OPTIONAL { ?source rdfs:label ?label FILTER(LANG(?label) = "en") }
  BIND(COALESCE(?issued, ?adopted, ?submitted) AS ?date)
}
ORDER BY ?date COALESCE(?key, ?cited) STR(?source)"""
)


@dataclass(frozen=True)
class Source:
    """One document that an answer can rest on; ``date`` is empty where none is stated."""

    iri: str
    cited_as: str
    name: str
    date: str


@dataclass(frozen=True)
class Answer:
    """The answer to a question, and what it covers.

    ``sources`` are the documents that were read, with the date each speaks of,
    by date. ``emptiness`` says why there are no rows: a value is required and was
    not given, nothing matched the values given, or nothing of the kind is
    recorded at all.
    """

    question: Question
    values: Mapping[str, str]
    language: str
    table: Table
    emptiness: Emptiness
    sources: tuple[Source, ...]
    version: Version


def ask(
    library: Library,
    identifier: str,
    given: Mapping[str, str],
    store: ReadStore,
    language: str = "en",
    finder: Finder | None = None,
) -> Answer:
    """Ask a question of the library.

    Args:
        library: The library.
        identifier: The question's id, such as ``"funding-by-country"``.
        given: Text by parameter; see ``graph.library.parameters.resolve``.
        store: What is asked.
        language: Code of the language in which names are wanted. A name that
            does not exist in it comes in English, else in any language; its
            language tag says which.
        finder: Finds words, for questions that ask for some; without it the engine
            looks through all texts.

    Raises:
        UnknownQuestionError: If there is no such question.
        ParameterError: If a value does not fit.
    """
    question = library.find(identifier)
    terms = bound_terms(library, question, given, store, language, finder)
    table = store.select(question.bound(terms, language))
    emptiness = "" if table.rows else _why_empty(question, terms, store, language)
    values = {name: text.strip() for name, text in given.items() if text.strip()}
    return Answer(
        question, values, language, _named(table, store), emptiness, sources(store), store.version
    )


def bound_terms(
    library: Library,
    question: Question,
    given: Mapping[str, str],
    store: ReadStore,
    language: str,
    finder: Finder | None = None,
) -> dict[str, str]:
    """Return what goes into the query of a question; see ``ask``.

    Words are replaced by what a finder finds, with its rank, which the query then
    orders by.

    Raises:
        ParameterError: If a value does not fit.
    """
    terms = resolve(library, question, given, store, language)
    words = next((p.name for p in question.parameters if p.type == "words"), "")
    if finder is None or words not in terms:
        return terms
    tongue = next((p.name for p in question.parameters if p.type == "language"), "")
    found = finder(given[words].strip(), language, given.get(tongue, "").strip())
    rows = (f"({NamedNode(iri)} {rank} {text})" for rank, (iri, text) in enumerate(found, 1))
    return {**terms, "?thing ?rank ?found": " ".join(rows)}


def _why_empty(
    question: Question, terms: Mapping[str, str], store: ReadStore, language: str
) -> Emptiness:
    if any(parameter.required for parameter in question.parameters):
        asked = all(p.name in terms for p in question.parameters if p.required)
        return "nothing matched" if asked else "nothing asked"
    anything = bool(terms) and store.select(question.bound({}, language)).rows
    return "nothing matched" if anything else "nothing recorded"


def sources(store: ReadStore) -> tuple[Source, ...]:
    """Return the documents whose paragraphs were read, by the date each speaks of."""
    return tuple(
        Source(*(value(record[name]) for name in ("source", "cited", "label", "date")))
        for record in store.select(_COVERAGE).records()
    )


def _named(table: Table, store: ReadStore) -> Table:
    """Fill names that exist in neither the language asked for nor English."""
    pairs = [
        (table.columns.index(name.removesuffix("Name")), index)
        for index, name in enumerate(table.columns)
        if name.endswith("Name") and name.removesuffix("Name") in table.columns
    ]
    missing = {
        value(row[thing])
        for row in table.rows
        for thing, name in pairs
        if row[name] is None and isinstance(row[thing], NamedNode)
    }
    if not missing:
        return table
    names = _any_names(missing, store)
    rows = []
    for row in table.rows:
        cells = list(row)
        for thing, name in pairs:
            if cells[name] is None:
                cells[name] = names.get(value(cells[thing]))
        rows.append(tuple(cells))
    return Table(table.columns, tuple(rows))


def _any_names(iris: Iterable[str], store: ReadStore) -> dict[str, Term]:
    things = listed(sorted(iris))
    query = f"SELECT ?thing ?name {{ VALUES ?thing {{ {things} }} ?thing {LABEL} ?name }} "
    names: dict[str, Term] = {}
    for record in store.select(query + "ORDER BY ?thing LANG(?name) ?name").records():
        if record["name"] is not None:
            names.setdefault(value(record["thing"]), record["name"])
    return names
