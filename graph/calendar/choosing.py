"""By what the entries of a calendar can be chosen, and how that is asked for."""

from __future__ import annotations

from collections.abc import Mapping

from graph.calendar.wording import all_words
from graph.library.parameters import resolve_all
from graph.library.question import Library, Parameter
from graph.store.interface import ReadStore

_PICKLISTS = {"act": "acts", "agency": "agencies", "country": "countries", "body": "bodies"}


def parameters() -> tuple[Parameter, ...]:
    """Return the filters, as the parameters of a question are given."""
    return tuple(
        Parameter(name, "thing", all_words()[f"{name}_filter"], picklist)
        for name, picklist in _PICKLISTS.items()
    )


def terms_of(
    library: Library, given: Mapping[str, str], store: ReadStore, language: str
) -> dict[str, str]:
    """Return what was asked for as terms in SPARQL's spelling, by filter.

    Args:
        library: The library that holds the pick-lists.
        given: Text by filter: an IRI, a key, a name in any language; empty counts as not given.
        store: Where it is looked up.
        language: Code of the language of the request.

    Raises:
        ParameterError: If a filter is unknown, or what it says is not in the graph.
    """
    return resolve_all(library, parameters(), "The calendar", given, store, language)
