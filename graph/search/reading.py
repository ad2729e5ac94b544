"""From the statements of a store to what the index holds of each thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from pyoxigraph import BlankNode, Literal, NamedNode

from graph.batches import batches, listed
from graph.search.entries import Facts, entry
from graph.search.model import Entry, Field, Text
from graph.search.vocabulary import CHAIN, LINKS, TEXTS, UNSEARCHED
from graph.store.interface import ReadStore, Table
from graph.vocabulary import TYPE, declared, mg

_BATCH = 400
_HEAD = declared("mg", "rdf", "rdfs", "skos", "dcterms")
_TEXTS = """SELECT DISTINCT ?thing ?property ?text WHERE {
  %(things)s VALUES ?property { %(properties)s } ?thing ?property ?text
  FILTER(ISIRI(?thing) && ISLITERAL(?text))
}"""
_LINKS = """SELECT DISTINCT ?thing ?property ?value WHERE {
  %(things)s VALUES ?property { %(properties)s } ?thing ?property ?value FILTER(ISIRI(?thing))
}"""
_TYPES = """SELECT DISTINCT ?thing ?value WHERE {
  %(things)s ?thing a ?value FILTER(ISIRI(?thing) && ?value NOT IN (%(unsearched)s))
}"""
_STATED = """SELECT DISTINCT ?thing ?property ?document ?paragraph WHERE {
  %(things)s VALUES ?property { %(properties)s }
  ?node rdf:subject ?thing ; rdf:predicate ?property ; mg:inSource ?document
  OPTIONAL { ?node mg:inParagraph ?paragraph }
}"""
_NARROWER = "SELECT DISTINCT ?thing ?value WHERE { ?thing rdfs:subClassOf ?value }"


def read_entries(store: ReadStore, iris: Collection[str] | None = None) -> Iterator[Entry]:
    """Yield what the index holds of things.

    Args:
        store: The store that is read, by SELECT queries alone.
        iris: The things; all that have a text if ``None``. One that has no text
            is left out.
    """
    facts = Facts(_narrower(store))
    texts: dict[str, set[Text]] = defaultdict(set)
    for batch in _batches(iris):
        _read_texts(store, batch, texts)
    wanted: Collection[str] | None = None if iris is None else texts.keys()
    for batch in _batches(wanted):
        _read_stated(store, batch, facts)
    _read_links(store, wanted, facts)
    for iri in sorted(texts):
        yield entry(iri, texts[iri], facts)


def _read_texts(
    store: ReadStore, batch: Collection[str] | None, texts: dict[str, set[Text]]
) -> None:
    for record in _asked(store, _TEXTS, batch, TEXTS).records():
        thing, property_, text = record["thing"], record["property"], record["text"]
        if isinstance(thing, NamedNode) and isinstance(text, Literal) and text.value.strip():
            assert isinstance(property_, NamedNode)  # noqa: S101 - narrows a type
            field: Field = TEXTS[property_.value]
            texts[thing.value].add(Text(field, (text.language or "").lower(), text.value))


def _read_links(store: ReadStore, wanted: Collection[str] | None, facts: Facts) -> None:
    """Read what things are linked to, and then what that is linked to, as far as it is needed."""
    seen: set[str] = set()
    rounds = 1 if wanted is None else CHAIN
    for _ in range(rounds):
        for batch in _batches(wanted):
            for query, properties in ((_LINKS, LINKS), (_TYPES, ())):
                for record in _asked(store, query, batch, properties).records():
                    facts.add(
                        _text(record["thing"]),
                        _text(record.get("property")) or TYPE.value,
                        record["value"],
                    )
        if wanted is not None:
            seen |= set(wanted)
            wanted = facts.targets(wanted) - seen


def _read_stated(store: ReadStore, batch: Collection[str] | None, facts: Facts) -> None:
    for record in _asked(store, _STATED, batch, TEXTS).records():
        facts.state(
            _text(record["thing"]),
            TEXTS[_text(record["property"])],
            _text(record["document"]),
            _text(record["paragraph"]),
        )


def _narrower(store: ReadStore) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for record in store.select(_HEAD + _NARROWER).records():
        found[_text(record["thing"])].add(_text(record["value"]))
    return found


def _asked(
    store: ReadStore, query: str, batch: Collection[str] | None, properties: Iterable[str]
) -> Table:
    """Return the answer about some things, or about all."""
    things = "" if batch is None else f"VALUES ?thing {{ {listed(batch)} }}"
    return store.select(
        _HEAD
        + query
        % {
            "things": things,
            "properties": listed(properties),
            "unsearched": ", ".join(str(mg(name)) for name in UNSEARCHED),
        }
    )


def _batches(iris: Collection[str] | None) -> Iterator[Collection[str] | None]:
    if iris is None:
        yield None
    else:
        yield from batches(sorted(iris), _BATCH)


def _text(term: object) -> str:
    return term.value if isinstance(term, NamedNode | Literal | BlankNode) else ""
