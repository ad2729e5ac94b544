"""EXISTS over several patterns, written so that the engine answers it quickly.

For each solution the engine joins all patterns of ``EXISTS { … }`` anew, often
from the data's end. Nested, they are looked up one after the other, each with
what is known by then, and the first that fails ends it::

    NOT EXISTS { ?a x:of ?b . ?a x:is x:Done }
    NOT EXISTS { ?a x:of ?b FILTER EXISTS { ?a x:is x:Done } }

Both say the same: there is a solution of a join if there is one of its first
pattern for which there is one of the rest. That needs patterns that bind all
their variables and take them from nowhere else, so that only triples and
filters are nested; everything else is left as it is.

Source:
    SPARQL 1.1 Query Language, section 18.6: what EXISTS sees is substituted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import count

from graph.sparql.guard import Token, may_say
from graph.sparql.patterns import (
    Group,
    OtherwiseError,
    Pattern,
    closing,
    read_group,
    read_tokens,
)

MAX_PATTERNS = 12
"""Patterns that are nested; more would make the engine's parser recurse deeply."""

MAX_TOKENS = 2_000
"""Tokens of a query that is looked through."""


def nested(query: str) -> str:
    """Return a query with the same solutions whose EXISTS are quick, the query itself if none is.

    A text that is no SPARQL may become another one that is none.

    Example:
        >>> nested("ASK { ?b a <B> FILTER NOT EXISTS { ?a a <D> . ?a <of> ?b } }")
        'ASK { ?b a <B> FILTER NOT EXISTS { ?a <of> ?b FILTER EXISTS { ?a a <D> } } }'
    """
    if not may_say(query, ["EXISTS"]):
        return query
    tokens = read_tokens(query)
    words = {token.text.upper() for token in tokens if token.kind == "word"}
    # The engine sees the variable of GRAPH otherwise than it is specified.
    if "EXISTS" not in words or "GRAPH" in words or len(tokens) > MAX_TOKENS:
        return query
    try:
        return _Writer(query, tokens).text(tokens)
    except OtherwiseError:
        return query


class _Writer:
    """Writes parts of one query again."""

    def __init__(self, query: str, tokens: Sequence[Token]) -> None:
        self._query = query
        self._tokens = tokens
        self._fresh = _fresh(tokens)

    def text(self, tokens: Sequence[Token]) -> str:
        """Return the text of some tokens, with what EXISTS holds in them nested."""
        begin, stop = tokens[0].start, tokens[-1].end
        if len(tokens) == len(self._tokens):
            begin, stop = 0, len(self._query)
        out, at = "", 0
        while at < len(tokens) - 1:
            at += 1
            if tokens[at - 1].text.upper() != "EXISTS" or tokens[at].text != "{":
                continue
            end = closing(tokens, at)
            out += self._query[begin : tokens[at].start] + self._braces(tokens[at : end + 1])
            begin, at = tokens[end].end, end
        return out + self._query[begin:stop]

    def _braces(self, tokens: Sequence[Token]) -> str:
        """Return a group of EXISTS, nested if it can be."""
        inner = tokens[1:-1]
        try:
            group = read_group(inner, self._fresh)
            outside = _variables(t for t in self._tokens if not _within(t, tokens))
            if len(group.patterns) < 2 or len(group.patterns) > MAX_PATTERNS:
                raise OtherwiseError
            order = _ordered(group.patterns, outside)
        except OtherwiseError:
            return self.text(tokens)
        return self._levels(order, group)

    def _levels(self, order: Sequence[Pattern], group: Group) -> str:
        """Return patterns in braces within braces; each filter where its variables are bound."""
        bound: frozenset[str] = frozenset()
        left = list(group.filters)
        every = frozenset[str]().union(*(pattern.variables for pattern in order))
        out = ""
        for number, pattern in enumerate(order):
            bound |= pattern.variables
            out += f"{' FILTER EXISTS ' if number else ''}{{ {pattern}"
            ready = [kept for kept in left if _variables(kept) & every <= bound]
            out += "".join(f" {self.text(kept)}" for kept in ready)
            left = [kept for kept in left if kept not in ready]
        return out + " }" * len(order)


def _ordered(patterns: Sequence[Pattern], known: frozenset[str]) -> list[Pattern]:
    """Return patterns in an order in which each is looked up with what is known by then.

    Raises:
        OtherwiseError: If one has nothing to do with what is known.
    """
    left, order = list(patterns), []
    while left:
        best = max(left, key=lambda pattern: _ease(pattern, known))
        if not best.variables & known:
            raise OtherwiseError
        left.remove(best)
        order.append(best)
        known |= best.variables
    return order


def _ease(pattern: Pattern, known: frozenset[str]) -> int:
    """Return how quickly a pattern is looked up: a known subject leads to the fewest triples."""
    ease = 0
    for part, by_variable, by_term in ((pattern.subject, 6, 3), (pattern.object, 4, 1)):
        if part[0] not in "?$":
            ease += by_term
        elif part[1:] in known:
            ease += by_variable
    return ease


def _variables(tokens: Iterable[Token]) -> frozenset[str]:
    return frozenset(token.text[1:] for token in tokens if token.kind == "variable")


def _within(token: Token, tokens: Sequence[Token]) -> bool:
    return tokens[0].start <= token.start < tokens[-1].end


def _fresh(tokens: Sequence[Token]) -> Iterator[str]:
    """Yield variables that stand nowhere in a query."""
    used = _variables(tokens)
    return (f"?between{number}" for number in count() if f"between{number}" not in used)
