"""What hangs on an act, an agency or a country, for following the changes of it alone."""

from __future__ import annotations

from collections.abc import Mapping

from pyoxigraph import NamedNode

from graph.calendar.choosing import parameters as calendar_filters
from graph.library.question import Parameter
from graph.store.interface import ReadStore

FILTERS = ("act", "agency", "country")
"""By what changes can be chosen."""

# A mandate under an act, and the progress on a mandate; a place in a country, and the event there.
_HANGING = """PREFIX mg: <https://w3id.org/mandategraph/ontology/>
SELECT DISTINCT ?thing WHERE {
  { ?thing ?property %(iri)s }
  UNION
  { ?between ?property %(iri)s . ?thing ?further ?between
    FILTER NOT EXISTS { ?between a mg:Statement } }
  FILTER NOT EXISTS { ?thing a mg:Statement }
}"""


def filters() -> tuple[Parameter, ...]:
    """Return the filters, as the parameters of a question are given."""
    return tuple(found for found in calendar_filters() if found.name in FILTERS)


def hanging_on(store: ReadStore, terms: Mapping[str, str]) -> frozenset[str] | None:
    """Return the IRIs of the chosen things and of what speaks of them, directly or over one thing.

    What fits several filters fits all of them.

    Args:
        store: The dataset as it is now; what is gone from it is found by its
            statements about the chosen thing.
        terms: Things in SPARQL's spelling, by filter.

    Returns:
        The IRIs; ``None`` if nothing was chosen.
    """
    found: frozenset[str] | None = None
    for term in terms.values():
        rows = store.select(_HANGING % {"iri": term}).rows
        fitting = frozenset(row[0].value for row in rows if isinstance(row[0], NamedNode))
        fitting |= {term.strip("<>")}
        found = fitting if found is None else found & fitting
    return found
