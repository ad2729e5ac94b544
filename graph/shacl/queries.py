"""Constraints written in SPARQL: made to look at all focus nodes at once.

SHACL runs such a query once for each focus node, with ``$this`` filled in. Here
it runs once, joined to a pattern for the focus nodes. That comes to the same as
long as ``$this`` is bound wherever it is used, and no solutions of different
focus nodes are counted or cut off together; a query for which that cannot be
said is refused.

An occasion is asked for by the patterns ``mgsh:audit mg:asOf ?day .``, with any
variable; each is replaced by the value itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pyoxigraph

from graph.shacl.document import BrokenShapeError
from graph.shacl.model import Query
from graph.shacl.parsing import parsed
from graph.shacl.paths import Path, spelled
from graph.shacl.scopes import check_asked, check_scopes
from graph.shacl.tree import Selection
from graph.store.interface import Term
from graph.vocabulary import ONTOLOGY, SHAPES

AUDIT = SHAPES + "audit"
"""The subject of the patterns of an occasion."""

_ENGINE = pyoxigraph.Store()
_TOKEN = re.compile(
    r"\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?'''|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
    r"|<[^<>\s\"{}]*>|\#[^\n]*|[(){}]|[?$]\w+|@?[\w.-]*:?[\w.%-]*|.",
    re.DOTALL,
)
_PREFIX = re.compile(r"\bPREFIX\s+([\w.-]*):\s*<([^<>\s]*)>", re.IGNORECASE)
_AGGREGATE = re.compile(
    r"\b(?:GROUP\s+BY|COUNT|SUM|AVG|MIN|MAX|SAMPLE|GROUP_CONCAT)\b", re.IGNORECASE
)


def written_query(
    text: str, prefixes: Mapping[str, str], path: Path | None, occasion: Mapping[str, Term]
) -> Query:
    """Return a constraint with its prefixes, its path and the occasion filled in.

    Raises:
        BrokenShapeError: If it is no SELECT query, or cannot be judged.
    """
    head = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in sorted(prefixes.items()))
    if path is not None:
        text = re.sub(r"[?$]PATH\b", lambda _: spelled(path), text)
    for name in ("shapesGraph", "currentShape", "PATH"):
        if re.search(rf"[?$]{name}\b", text):
            raise BrokenShapeError(f"Its query uses ${name}, which is not supported.")
    full = _at_the_occasion(head + text, occasion)
    query = Query(full)
    selection(query)
    return query


def check_embedded(query: Query) -> None:
    """Look at a query that is to be asked of one node at a time, inside another.

    Raises:
        BrokenShapeError: If it cannot be.
    """
    found = parsed(query.text)
    if found.grouped is not None:
        raise BrokenShapeError("It refers to a shape whose query counts.")
    check_asked(found.group)


def selection(query: Query) -> Selection:
    """Return what a query asks for.

    Raises:
        BrokenShapeError: If it is not SPARQL, or cannot be run for all focus nodes at once.
    """
    try:
        # The engine knows better than any reader of ours what is SPARQL.
        _ENGINE.query(query.text)
    except (SyntaxError, ValueError, RuntimeError) as error:
        raise BrokenShapeError(f"Its query cannot be read: {error}") from error
    found = parsed(query.text)
    check_scopes(found)
    return found


def injected(query: Query, pattern: str, distinct: str) -> str:
    """Return the text of a query whose solutions are confined to focus nodes.

    Args:
        query: The query.
        pattern: A pattern for ``?this`` that may give the same node twice.
        distinct: One that does not, for queries that count.
    """
    place = _start_of_where(query.text)
    chosen = distinct if _AGGREGATE.search(query.text) else pattern
    return f"{query.text[:place]} {chosen} {query.text[place:]}"


def _start_of_where(text: str) -> int:
    """Return the place after the first brace that is in no parenthesis."""
    depth = 0
    for match in _TOKEN.finditer(text):
        match match[0]:
            case "(":
                depth += 1
            case ")":
                depth -= 1
            case "{" if depth == 0:
                return match.end()
    raise BrokenShapeError("Its query has no WHERE clause.")


def _at_the_occasion(text: str, occasion: Mapping[str, Term]) -> str:
    known = dict(_PREFIX.findall(text))
    subject = _ways_to_write(AUDIT, known)
    for name, term in occasion.items():
        pattern = rf"(?:{subject})\s+(?:{_ways_to_write(ONTOLOGY + name, known)})\s+[?$](\w+)\s*\.?"
        value = str(term).replace("\\", "\\\\")
        text = re.sub(pattern, rf"VALUES ?\1 {{ {value} }}", text)
    if re.search(subject, text):
        raise BrokenShapeError("Its query asks for something that the occasion does not say.")
    return text


def _ways_to_write(iri: str, prefixes: Mapping[str, str]) -> str:
    return "|".join(_written(iri, prefixes))


def _written(iri: str, prefixes: Mapping[str, str]) -> Iterator[str]:
    yield re.escape(f"<{iri}>")
    for name, namespace in prefixes.items():
        if iri.startswith(namespace):
            local = re.escape(iri.removeprefix(namespace))
            yield rf"(?<![\w:.-]){re.escape(name)}:{local}(?![\w:-])"
