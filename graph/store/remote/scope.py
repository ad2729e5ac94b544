"""Which graphs a query is asked of, so that the graph of our own is not among them.

An engine is asked as it is, its default graph being a union of its making or of
ours, unless the query could come upon the graph that holds the version: where any
graph will do or, in a union of the engine's making, any predicate. Then the
published graphs are listed with the request.

Source:
    SPARQL 1.1 Protocol, section 2.1.4: the graphs of a request win.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from itertools import pairwise

from graph.sparql.guard import Token, located_tokens, names_graphs
from graph.store.remote.state import Ground

MAX_LISTED = 500
"""Graphs that are listed with a request; where there are more, ours may be come upon."""

Fields = list[tuple[str, str]]

NOWHERE = "urn:x-mandategraph:nowhere"
"""A graph that holds nothing, for a request of no graphs: to name none means all."""

_TERMS = frozenset({"iri", "name", "variable", "string", "long", "close"})
_STARTS = frozenset({"iri", "name", "variable", "string", "long", "open", "number"})
_RELATIVE = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*:)")


def scope(
    text: str,
    default: Sequence[str] | None,
    named: Sequence[str] | None,
    ground: Ground,
    published: Callable[[], Collection[str]],
) -> Fields:
    """Return the fields of a request that say which graphs a query is asked of.

    Args:
        text: The query.
        default: The graphs that are its default graph, ``None`` if that is not said.
        named: The graphs that ``GRAPH`` speaks of, in the same way.
        ground: What the default graph of the engine is.
        published: Returns the names of the published graphs; called where they are needed.
    """
    if default is not None or named is not None:
        return _listed(default or (NOWHERE,), named or (NOWHERE,))
    if ground == "own" or names_graphs(text):
        return []
    graphs = takes_any_graph(text)
    shown = ground == "union" and takes_any_predicate(text)
    if ground != "listed" and not graphs and not shown:
        return []
    names = sorted(name for name in published() if name)
    if ground != "listed" and len(names) > MAX_LISTED:
        return []
    return _listed(names or (NOWHERE,), (names or (NOWHERE,)) if graphs else ())


def takes_any_graph(text: str) -> bool:
    """Return whether a query asks about graphs that it does not name.

    Example:
        >>> takes_any_graph("ASK { GRAPH <urn:g> { } }"), takes_any_graph("ASK { GRAPH ?g { } }")
        (False, True)
    """
    tokens = [*_tokens(text), _MARK]
    return any(
        token.kind == "word" and token.text.upper() == "GRAPH" and after.kind == "variable"
        for token, after in pairwise(tokens)
    )


def takes_any_predicate(text: str) -> bool:
    """Return whether a query could find statements whose predicate it does not name.

    Where the text leaves any doubt, the answer is yes.

    Example:
        >>> takes_any_predicate("SELECT ?s { ?s a <urn:c> ; <urn:p> ?o FILTER(?o > 1) }")
        False
        >>> takes_any_predicate("SELECT ?s { ?s a <urn:c> ; ?p ?o }")
        True
        >>> takes_any_predicate("ASK { ?s !<urn:p> ?o }"), takes_any_predicate("DESCRIBE <urn:x>")
        (True, True)
    """
    tokens = [_MARK, *_tokens(text), _MARK]
    depth = 0
    for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        depth += (token.kind == "open") - (token.kind == "close")
        if token.kind == "word" and token.text.upper() == "DESCRIBE":
            return True
        if depth and token.kind == "variable" and _ends(before) and _begins(after):
            return True
        if token.text in {"!", "?"} or (token.text == "*" and _is_step(before)):
            return True
    return False


def with_base(text: str, base: str) -> str:
    """Return a query whose relative IRIs, if it has any, stand on a base.

    Example:
        >>> with_base("ASK { <x> a <urn:c> }", "http://example.org/")
        'BASE <http://example.org/> ASK { <x> a <urn:c> }'
    """
    if not base or not any(t.kind == "iri" and _RELATIVE.match(t.text) for t in _tokens(text)):
        return text
    return f"BASE <{base}> {text}"


_MARK = Token("other", "", 0, 0)


def _tokens(text: str) -> list[Token]:
    return list(located_tokens(text))


def _ends(token: Token) -> bool:
    """Return whether a subject, or the property list of one, may end with a token."""
    if token.kind == "number":
        return token.text.strip(".") != ""
    return (token.kind in _TERMS and token.text != "}") or token.text in {";", "["}


def _begins(token: Token) -> bool:
    """Return whether an object may begin with a token."""
    if token.kind == "number":
        return token.text.strip(".") != ""
    return (
        (token.kind in _STARTS and token.text != "{")
        or token.text in {"+", "-"}
        or token.text.lower() in {"true", "false"}
    )


def _is_step(token: Token) -> bool:
    return token.kind in {"iri", "name", "close"} or token.text == "a"


def _listed(default: Sequence[str], named: Sequence[str]) -> Fields:
    return [("default-graph-uri", name) for name in default] + [
        ("named-graph-uri", name) for name in named
    ]
