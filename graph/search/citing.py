"""Which act a text means, if it cites one in any of the ways that people cite acts."""

from __future__ import annotations

from difflib import get_close_matches

from graph.search.index import Index
from graph.search.model import Entry
from graph.search.symbols import Citation, names_body, read_citation

_LOOKED_AT = 300


def cited(index: Index, text: str) -> tuple[Entry, ...]:
    """Return the acts, or other documents with a symbol, that a text means.

    A text that says anything besides citing means none. Several are returned
    where the text leaves open which: ``1/3`` is a resolution and a decision.
    """
    citation = read_citation(text)
    exact = index.named(f"symbol {citation.symbol}") if citation.symbol else ()
    if exact and _has_digit(citation.symbol):
        return index.entries(sorted(exact))
    if not citation.number:
        return ()
    found = index.entries(index.named(f"{citation.kind} {citation.number}"))
    acts = [act for act in found if _is_of_body(index, act, citation)]
    return tuple(sorted(acts, key=lambda act: (act.sort, act.iri)))


def nearest(index: Index, text: str, count: int = 3) -> tuple[str, ...]:
    """Return symbols that come near a text that is none, the nearest first."""
    wanted = f"symbol {read_citation(text).symbol}"
    prefix = wanted
    while len(prefix) > len("symbol "):
        prefix = prefix[: max(prefix.rfind("/", 0, -1) + 1, len("symbol "))]
        known = index.keys(prefix, _LOOKED_AT)
        close = get_close_matches(wanted, known, count, 0.6)
        if close:
            numbers = list(dict.fromkeys(index.named(key)[0] for key in close))
            entries = index.entries(numbers)
            return tuple(dict.fromkeys(entry.act_symbol or _symbol(entry) for entry in entries))
    return ()


def _is_of_body(index: Index, act: Entry, citation: Citation) -> bool:
    if not citation.rest:
        return True
    bodies = index.things([value for dimension, value in act.facets if dimension == "body"])
    return any(
        names_body(citation.rest, (text.text for text in body.texts if text.field != "text"))
        for body in bodies.values()
    )


def _symbol(entry: Entry) -> str:
    return next((text.text for text in entry.texts if text.field == "symbol"), entry.iri)


def _has_digit(text: str) -> bool:
    return any(letter.isdigit() for letter in text)
