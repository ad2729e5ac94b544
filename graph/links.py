"""The links to things that others describe, as a description counts and a release sends them."""

from __future__ import annotations

from graph.store.interface import GraphFormat, ReadStore
from graph.vocabulary import PREFIXES, declared

_LINKING = (
    "owl:sameAs",
    "rdfs:seeAlso",
    "rdfs:subClassOf",
    "rdfs:subPropertyOf",
    "skos:broadMatch",
    "skos:closeMatch",
    "skos:exactMatch",
    "skos:narrowMatch",
    "skos:relatedMatch",
)
HEAD = declared("owl", "rdfs", "skos")


def leading_out(base: str) -> str:
    """Return the pattern of the links, ``?s ?property ?o``; needs the prefixes of ``HEAD``.

    Args:
        base: What the names of our own instances begin with.
    """
    return (
        f"VALUES ?property {{ {' '.join(_LINKING)} }} ?s ?property ?o FILTER(isIRI(?o) "
        f'&& !STRSTARTS(STR(?o), "{base}") && !STRSTARTS(STR(?o), "{PREFIXES["mg"]}") '
        f'&& !STRSTARTS(STR(?o), "{PREFIXES["mgc"]}"))'
    )


def read_links(store: ReadStore, base: str, form: GraphFormat) -> bytes:
    """Return the links of a version as a file; as N-Triples the same links give the same bytes."""
    query = f"{HEAD} CONSTRUCT {{ ?s ?property ?o }} WHERE {{ {leading_out(base)} }}"
    text = store.serialize(query, "json", form).body
    return b"".join(sorted(text.splitlines(keepends=True))) if form == "ntriples" else text
