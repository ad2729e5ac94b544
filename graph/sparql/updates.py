"""Looking at the text of a SPARQL update: what it may touch, and what it must not do.

The texts are cut into tokens and never parsed, so nothing here can be brought to
recurse; where a text leaves any doubt, the answer is the cautious one.

Source:
    SPARQL 1.1 Update, section 3, https://www.w3.org/TR/sparql11-update/#updateLanguage
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from graph.errors import QueryRefusedError
from graph.sparql.guard import (
    MAX_DEPTH,
    Token,
    check_text,
    check_token,
    located_tokens,
)

MAX_UPDATE_LENGTH = 10_000_000
"""Characters of an update."""

_BEFORE_GRAPH = frozenset(
    [
        "GRAPH",
        "WITH",
        "INTO",
        "TO",
        "FROM",
        "USING",
        "NAMED",
        "SILENT",
        "ADD",
        "MOVE",
        "COPY",
        "CLEAR",
        "DROP",
        "CREATE",
    ]
)
_AFTER_NAME = frozenset(["", *" \t\r\n{};#<"])
_OPERAND_ENDS = frozenset({".", ";", ",", "{", "}"})
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_NOTHING = "INSERT DATA{}"


def check_update(text: str) -> None:
    """Refuse an update that is longer or deeper than is done.

    Raises:
        QueryRefusedError: It says what is too much and what the limit is.
    """
    check_text(text, "update", MAX_UPDATE_LENGTH)
    depth = 0
    words: dict[str, int] = {}
    operators: dict[str, int] = {}
    for token in located_tokens(text):
        depth += (token.kind == "open") - (token.kind == "close")
        if depth > MAX_DEPTH:
            raise QueryRefusedError(f"More than {MAX_DEPTH} brackets are open at once.")
        # Operands nest up to the end of an expression, groups up to that of an operation.
        if token.text in _OPERAND_ENDS:
            operators.clear()
        if token.text == ";" and not depth:
            words.clear()
        check_token(token.kind, token.text, words if token.kind == "word" else operators)


def loads(text: str) -> bool:
    """Say whether an update asks for a document, and wants to know if it cannot be had.

    Example:
        >>> loads("LOAD <urn:x>"), loads("LOAD SILENT <urn:x>")
        (True, False)
    """
    return any(True for _ in _loads(text, silent=False))


def without_loads(text: str) -> str:
    """Return an update in which every LOAD SILENT does nothing; places stay the same.

    Nothing is what it does when a document cannot be had.

    Example:
        >>> without_loads("LOAD SILENT <urn:x> ; CLEAR ALL")
        'INSERT DATA{}       ; CLEAR ALL'
    """
    for start, end in reversed(list(_loads(text, silent=True))):
        blank = "".join(c if c in "\n\r" else " " for c in text[start:end])
        text = text[:start] + _NOTHING + blank[len(_NOTHING) :] + text[end:]
    return text


def touched_graphs(text: str) -> frozenset[str] | None:
    """Return the graphs that an update may write to, and perhaps more; ``None`` for any.

    The default graph, which has the empty name, is always among them.

    Example:
        >>> sorted(touched_graphs("PREFIX x: <urn:x:> INSERT DATA { GRAPH x:g { x:a x:b x:c } }"))
        ['', 'urn:x:g']
        >>> touched_graphs("INSERT { GRAPH ?g { ?s ?p 1 } } WHERE { GRAPH ?g { ?s ?p 2 } }")
    """
    prefixes: dict[str, str] = {}
    found = {""}
    before, declared = "", None
    for token in located_tokens(text):
        word = token.text.upper() if token.kind == "word" else ""
        if word == "ALL" or (word == "NAMED" and before in {"CLEAR", "DROP", "SILENT"}):
            return None
        if before in _BEFORE_GRAPH and word not in _BEFORE_GRAPH | {"DEFAULT"}:
            iri = _iri(token, prefixes, text)
            if iri is None or not _ABSOLUTE.match(iri):
                return None
            found.add(iri)
        elif declared is not None and token.kind == "iri":
            prefixes[declared.removesuffix(":")] = token.text[1:-1]
        declared = token.text if before == "PREFIX" else None
        before = word
    return frozenset(found)


def with_dataset(text: str, default: Sequence[str], named: Sequence[str]) -> str:
    """Return an update whose WHERE clauses look at the graphs that a request names.

    Raises:
        QueryRefusedError: If the text names graphs of its own with USING or WITH.

    Source:
        SPARQL 1.1 Protocol, section 2.2.3.

    Example:
        >>> with_dataset("DELETE { ?s ?p 1 } WHERE { ?s ?p 1 }", ["urn:x:g"], [])
        'DELETE { ?s ?p 1 } USING <urn:x:g> WHERE { ?s ?p 1 }'
    """
    if not default and not named:
        return text
    clauses = "".join(f"USING <{iri}> " for iri in default)
    clauses += "".join(f"USING NAMED <{iri}> " for iri in named)
    out, copied, depth, before = "", 0, 0, ""
    tokens = list(located_tokens(text))
    for number, token in enumerate(tokens):
        word = token.text.upper() if token.kind == "word" else ""
        if word in {"USING", "WITH"}:
            raise QueryRefusedError(
                f"The update names graphs with {word}, and the request names others; use one way."
            )
        depth += (token.kind == "open") - (token.kind == "close")
        if word == "WHERE" and not depth:
            pattern = _group(text, tokens[number + 1 :]) if before == "DELETE" else ""
            out += text[copied : token.start] + (f"{pattern} " if pattern else "") + clauses
            copied = token.start
        before = word
    return out + text[copied:]


def _loads(text: str, *, silent: bool) -> Iterator[tuple[int, int]]:
    """Yield where each LOAD stands that is, or is not, silent."""
    tokens = list(located_tokens(text)) if re.search("load", text, re.IGNORECASE) else []
    for number, token in enumerate(tokens):
        if token.kind != "word" or token.text.upper() != "LOAD":
            continue
        rest = tokens[number + 1 : number + 6]
        words = [item.text.upper() if item.kind == "word" else item.kind for item in rest]
        whole = 2 if words[:1] == ["SILENT"] and len(words) > 1 else 0
        if bool(whole) != silent:
            continue
        if whole and words[2:4] == ["INTO", "GRAPH"] and len(words) > 4:
            whole = 5
        yield token.start, rest[whole - 1].end if whole else token.end


def _group(text: str, tokens: Sequence[Token]) -> str:
    """Return the text of the group that the tokens begin with."""
    depth = 0
    for token in tokens:
        depth += (token.kind == "open") - (token.kind == "close")
        if not depth:
            return text[tokens[0].start : token.end]
    return ""


def _iri(token: Token, prefixes: dict[str, str], text: str) -> str | None:
    if token.kind == "iri":
        return token.text[1:-1]
    if token.kind == "name" and text[token.end : token.end + 1] in _AFTER_NAME:
        prefix, _, local = token.text.partition(":")
        if prefix in prefixes:
            return prefixes[prefix] + re.sub(r"\\(.)", r"\1", local.rstrip("."))
    return None
