"""What an answer to a query is written in."""

from __future__ import annotations

from dataclasses import dataclass

from graph.store.interface import GraphFormat, ResultFormat
from service.formats import GRAPHS, QUADS, RESULTS, best, listed, named
from service.front.refusals import Refusal


@dataclass(frozen=True)
class Choice:
    """The format of an answer; of ``results`` and ``graph`` that which fits the query holds."""

    media_type: str
    content_type: str
    results: ResultFormat = "json"
    graph: GraphFormat = "turtle"


def chosen(form: str, wanted: str, accept: str) -> Choice:
    """Return the format that an answer to a query is written in.

    Args:
        form: The form of the query, which decides between results and graphs.
        wanted: What a parameter such as ``format`` says, which wins; else empty.
        accept: The Accept header, empty if there is none.

    Raises:
        Refusal: With status 406, naming what there is.
    """
    if form in {"CONSTRUCT", "DESCRIBE"}:
        offered = (*GRAPHS, *QUADS)
        graph = named(offered, wanted) if wanted else best(offered, accept)
        if graph is None:
            raise Refusal(406, listed(offered))
        return Choice(graph.media_type, graph.content_type, graph=graph.name)
    results = named(RESULTS, wanted) if wanted else best(RESULTS, accept)
    if results is None:
        raise Refusal(406, listed(RESULTS))
    return Choice(results.media_type, results.content_type, results=results.name)
