"""An index as what the question library finds words with."""

from __future__ import annotations

from collections.abc import Sequence

from pyoxigraph import Literal

from graph.library.answer import Finder
from graph.search.finding import search
from graph.search.index import Index
from graph.search.model import Request

MOST = 200
"""Hits that a question is answered from."""


def finder(index: Index) -> Finder:
    """Return what looks words up in an index, for ``graph.library.answer.ask``."""

    def find(text: str, language: str, tongue: str) -> Sequence[tuple[str, Literal]]:
        found = search(index, Request(text, language, tongue, size=MOST))
        return [
            (hit.entry.iri, _literal(hit.best.text, hit.best.language))
            for hit in found.hits
            if hit.best
        ]

    return find


def _literal(text: str, language: str) -> Literal:
    return Literal(text, language=language) if language else Literal(text)
