"""Where a stranger's query is evaluated: one function, so that it can be done elsewhere."""

from __future__ import annotations

from graph.errors import QueryRefusedError
from graph.store.interface import GraphFormat, ReadStore, ResultFormat, Serialized


def evaluate(query: str, store: ReadStore, results: ResultFormat, graph: GraphFormat) -> Serialized:
    """Return the whole answer to a query; see ``ReadStore.serialize``.

    Raises:
        QuerySyntaxError: If the text is not SPARQL.
        QueryRefusedError: If the query asks for what is not allowed, or for a
            function that the engine does not have.
    """
    try:
        return store.serialize(query, results, graph)
    except RuntimeError as error:
        # The engine's word for a function it does not know.
        raise QueryRefusedError(f"The query cannot be evaluated: {error}.") from error
