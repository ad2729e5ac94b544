"""Refuses what no engine should be given: bombs of nesting.

The engine's parser recurses: a few thousand nested brackets end the process. So
the text is cut into tokens here, without recursion, and bounded before it is
parsed (SPARQL 1.1 Query Language, section 19.8, says what the tokens are). Every
alternative is bounded or possessive: the time taken grows with the length alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from graph.errors import QueryRefusedError

MAX_LENGTH = 100_000
"""Characters of a query."""

MAX_DEPTH = 64
"""Brackets that may be open at once."""

MAX_TOKENS = 20_000
"""Tokens of a query; paths, sums and unions without brackets recurse as well."""

MAX_CHAIN = 200
"""Times one operator or keyword that nests its operands may be written."""

_IRI = r"""<[^<>"{}|^`\\\x00-\x20]*+>"""
_TOKEN = re.compile(
    rf"""
      (?P<comment>\#[^\n\r]*+)
    | (?P<iri>{_IRI})
    | (?P<long>'''(?:[^'\\]|\\.|'(?!''))*+'''|\"\"\"(?:[^"\\]|\\.|"(?!\"\"))*+\"\"\")
    | (?P<open_long>'''|\"\"\")
    | (?P<string>'(?:[^'\\\n\r]|\\.)*+'|"(?:[^"\\\n\r]|\\.)*+")
    | (?P<open_string>['"])
    | (?P<variable>[?$]\w++)
    | (?P<name>(?:[^\W\d_][\w.-]{{0,200}})?:(?:[\w:.%-]|\\.)*+|@[A-Za-z-]++)
    | (?P<word>[A-Za-z_]\w*+)
    | (?P<number>[0-9.]++(?:[eE][+-]?[0-9]++)?)
    | (?P<operator>\|\||&&|!=|<=|>=|\^\^|[-+*/|^!=<>&])
    | (?P<open>[{{(\[]) | (?P<close>[}})\]])
    | (?P<other>\S)
    """,
    re.VERBOSE | re.DOTALL,
)
_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_GRAPH_WORDS = frozenset({"GRAPH", "FROM"})
_COUNTED = frozenset({"open_long", "open_string", "word", "operator"})
_NESTING_WORDS = frozenset({"UNION", "OPTIONAL", "MINUS", "EXISTS", "SELECT", "NOT", "LATERAL"})
_NESTING_OPERATORS = frozenset({"+", "-", "*", "/", "|", "||", "&&", "!", "^", "=", "<", ">"})
_SIGNS = "".join(sorted(set("".join(_NESTING_OPERATORS))))

_SIMPLE_LENGTH = 1_000
"""Characters of a query that may be simple; too few to repeat SELECT too often."""

_NOT_SIMPLE = ("'", '"', *sorted((_NESTING_WORDS - {"SELECT"}) | _GRAPH_WORDS))
_NAMED = re.compile(_IRI)
_BEGINNING = re.compile(
    r"\s*+(?:(?:PREFIX\s++(?:[A-Z][A-Z0-9_-]*+)?:|BASE)\s*+<>\s*+)*+"
    r"(SELECT|ASK|CONSTRUCT|DESCRIBE)(?=[\s?$*{(<])"
)


class Token(NamedTuple):
    """One token of a text, and where it begins and ends."""

    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Look:
    """What a look at a query shows.

    ``form`` is SELECT, ASK, CONSTRUCT or DESCRIBE, empty if it is none of them;
    ``graphs`` says whether it speaks of graphs, with GRAPH or FROM.
    """

    form: str
    graphs: bool

    @property
    def is_graph(self) -> bool:
        """Whether what answers it is a graph."""
        return self.form in {"CONSTRUCT", "DESCRIBE"}


def check_query(text: str) -> Look:
    """Refuse a query that is longer or deeper than is answered.

    Returns:
        What was seen on the way.

    Raises:
        QueryRefusedError: It says what is too much and what the limit is.
    """
    check_text(text, "query", MAX_LENGTH)
    return _glance(text) or _look(text)


def _glance(text: str) -> Look | None:
    """Return what a look at a simple query would show, ``None`` of one that must be looked at.

    Where a character or word stands as often as it may, no token does so more often.
    """
    if len(text) > _SIMPLE_LENGTH or not text.isascii():
        return None
    rest = _NAMED.sub("<>", text).upper()
    if any(word in rest for word in _NOT_SIMPLE):
        return None
    if sum(map(rest.count, "{([")) > MAX_DEPTH or max(map(rest.count, _SIGNS)) > MAX_CHAIN:
        return None
    begins = _BEGINNING.match(rest)
    return Look(begins[1], graphs=False) if begins else None


def _look(text: str) -> Look:
    depth, form, graphs = 0, "", False
    counts: dict[str, int] = {}
    for number, (kind, token) in enumerate(tokens(text), 1):
        if number > MAX_TOKENS:
            raise QueryRefusedError(f"The query has more than {MAX_TOKENS:,} parts; shorten it.")
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth -= 1
        elif kind == "word":
            word = token.upper()
            form = form or (word if word in _FORMS else "")
            graphs = graphs or word in _GRAPH_WORDS
        if depth > MAX_DEPTH:
            raise QueryRefusedError(f"More than {MAX_DEPTH} brackets are open at once.")
        if kind in _COUNTED:
            check_token(kind, token, counts)
    return Look(form, graphs)


def check_text(text: str, noun: str, most: int) -> None:
    """Refuse a query or update, as the noun says, that is too long or holds a NUL.

    Raises:
        QueryRefusedError: It says what is too much and what the limit is.
    """
    if len(text) > most:
        raise QueryRefusedError(
            f"The {noun} has {len(text):,} characters; at most {most:,} are read."
        )
    if "\x00" in text:
        raise QueryRefusedError(f"The {noun} holds a NUL character; take it out.")


def names_graphs(text: str) -> bool:
    """Say whether a query names its own dataset with FROM.

    Example:
        >>> names_graphs("SELECT * FROM <urn:g> { ?s ?p ?FROM }"), names_graphs("ASK { } # FROM")
        (True, False)
    """
    return _has_word(text, frozenset({"FROM"}))


def speaks_of_graphs(text: str) -> bool:
    """Say whether a query speaks of graphs, with GRAPH or FROM.

    Example:
        >>> speaks_of_graphs("ASK { GRAPH ?g { } }"), speaks_of_graphs("ASK { ?graph ?p 'FROM' }")
        (True, False)
    """
    return _has_word(text, _GRAPH_WORDS)


def tokens(text: str) -> Iterator[tuple[str, str]]:
    """Yield the kind and text of each token, comments left out.

    Example:
        >>> [kind for kind, _ in tokens('ASK { ?s <urn:p> "SERVICE" } # SERVICE')]
        ['word', 'open', 'variable', 'iri', 'string', 'close']
    """
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "other"
        if kind != "comment":
            yield kind, match.group()


def located_tokens(text: str) -> Iterator[Token]:
    """Yield each token with its place, comments left out."""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "other"
        if kind != "comment":
            yield Token(kind, match.group(), match.start(), match.end())


def may_say(text: str, words: Iterable[str]) -> bool:
    """Say at a glance whether a text could hold one of some words, in capitals or not.

    Example:
        >>> may_say("ASK { ?graph ?p ?o }", ["GRAPH"]), may_say("ASK {}", ["GRAPH"])
        (True, False)
    """
    in_capitals = text.upper()
    return any(word in in_capitals for word in words)


def _has_word(text: str, words: frozenset[str]) -> bool:
    return may_say(text, words) and any(
        kind == "word" and token.upper() in words for kind, token in tokens(text)
    )


def check_token(kind: str, token: str, counts: dict[str, int]) -> None:
    """Refuse a token that has no end, or nests its operands once too often.

    Args:
        kind: The kind of the token.
        token: Its text.
        counts: How often each operator or keyword stood before it; is added to.

    Raises:
        QueryRefusedError: It says what is too much and what the limit is.
    """
    word = token.upper() if kind == "word" else token
    if kind in {"open_long", "open_string"}:
        raise QueryRefusedError(f"A text that begins with {token} has no end; close it.")
    if (kind == "word" and word in _NESTING_WORDS) or (
        kind == "operator" and token in _NESTING_OPERATORS
    ):
        counts[word] = counts.get(word, 0) + 1
        if counts[word] > MAX_CHAIN:
            raise QueryRefusedError(f"{word} stands more than {MAX_CHAIN} times; split the query.")
