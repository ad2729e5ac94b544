"""Texts that ask for what is elsewhere, and how their syntax is tried without going there.

``SERVICE`` and ``LOAD`` are refused to everybody; but what is no SPARQL is told
so first. The engine is therefore given another text, which is right if and only
if the first one is, and in which nothing reaches out.
"""

from __future__ import annotations

from dataclasses import dataclass

from graph.sparql.guard import Token, located_tokens, may_say

_OUTSIDE = ("SERVICE", "LOAD")
_INWARD = "GRAPH"
_STOP = "DROP GRAPH <urn:none> ; "
_PROLOGUE = {"BASE": ["iri"], "PREFIX": ["name", "iri"], "VERSION": ["string"]}


@dataclass(frozen=True)
class Halted:
    """An update that fails before it does anything, and where what fails was put in."""

    text: str
    line: int
    column: int

    def original(self, line: int, column: int) -> tuple[int, int]:
        """Return the line and column of the update itself for those of the text."""
        if line == self.line and column >= self.column:
            column = max(self.column, column - len(_STOP))
        return line, column


def calls_service(query: str) -> bool:
    """Say whether a query or update asks another server.

    Example:
        >>> calls_service("ASK { SERVICE <urn:x> {} }"), calls_service("ASK { ?s ?p 'SERVICE' }")
        (True, False)
    """
    return "SERVICE" in _words(query)


def fetches(update: str) -> bool:
    """Say whether an update asks for a document, or another server.

    Example:
        >>> fetches("LOAD <urn:x>"), fetches("DROP GRAPH <urn:load>")
        (True, False)
    """
    return not _words(update).isdisjoint({"LOAD", "SERVICE"})


def inward(query: str) -> str:
    """Return a query that asks a graph where the given one asks a server; places stay the same.

    Source:
        SPARQL 1.1 Query Language, section 19.8: rules 58 and 59 differ in the keyword,
        and in SILENT.

    Example:
        >>> inward("ASK { SERVICE SILENT <urn:x> {} }")
        'ASK { GRAPH          <urn:x> {} }'
    """
    tokens = list(located_tokens(query))
    for token, after in reversed(list(zip(tokens, [*tokens[1:], None], strict=True))):
        if _word(token) != "SERVICE":
            continue
        end = token.end
        kept = ""
        if after and _word(after) == "SILENT":
            # Line ends and comments stand between them.
            kept = query[token.end : after.start] + " " * len("SILENT")
            end = after.end
        query = query[: token.start] + _INWARD.ljust(len("SERVICE")) + kept + query[end:]
    return query


def halted(update: str) -> Halted:
    """Return an update that fails, on an empty store, once all of it is read.

    Example:
        >>> halted("BASE <urn:b> LOAD <x>").text
        'BASE <urn:b> DROP GRAPH <urn:none> ; LOAD <x>'
    """
    tokens = list(located_tokens(update))
    at = 0
    while at < len(tokens) and (kinds := _PROLOGUE.get(_word(tokens[at]))):
        if [token.kind for token in tokens[at + 1 : at + 1 + len(kinds)]] != kinds:
            break
        at += 1 + len(kinds)
    place = tokens[at].start if at < len(tokens) else len(update)
    line = update.count("\n", 0, place) + 1
    column = place - (update.rfind("\n", 0, place) + 1) + 1
    return Halted(update[:place] + _STOP + update[place:], line, column)


def _words(text: str) -> frozenset[str]:
    if not may_say(text, _OUTSIDE):
        return frozenset()
    return frozenset(map(_word, located_tokens(text)))


def _word(token: Token) -> str:
    return token.text.upper() if token.kind == "word" else ""
