"""What is told of a text that the engine cannot read, or must not do."""

from __future__ import annotations

import re
from typing import NoReturn

import pyoxigraph

from graph.errors import QueryForbiddenError, QuerySyntaxError
from graph.sparql.outside import Halted, calls_service, fetches, halted, inward
from graph.sparql.updates import loads

_SHOWN_WORDS = 12
_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_SERVICE = "SERVICE is refused: no query may reach another server."
_LOAD = "LOAD is refused: no update may fetch a document; send the data."


def refuse_service(query: str, base: str = "") -> NoReturn:
    """Say what is wrong with a query that asks another server, without asking it.

    Raises:
        QuerySyntaxError: If the text is not SPARQL; it says where.
        QueryForbiddenError: If nothing else is wrong with it.
    """
    try:
        pyoxigraph.Store().query(inward(query), base_iri=base or None)
    except SyntaxError as error:
        raise syntax_error(str(error)) from error
    except RuntimeError:
        # It was read, which is all that matters.
        pass
    raise QueryForbiddenError(_SERVICE)


def refuse_fetching(update: str, base: str = "") -> None:
    """Refuse an update that fetches something, once it is sure to be SPARQL.

    Raises:
        QuerySyntaxError: If it asks for anything from outside, and is not SPARQL.
        QueryForbiddenError: If it asks for more than what ``LOAD SILENT`` may leave out.
    """
    if not fetches(update):
        return
    text = halted(update)
    try:
        pyoxigraph.Store().update(text.text, base_iri=base or None)
    except SyntaxError as error:
        raise syntax_error(_moved(str(error), text), "update") from error
    except RuntimeError:
        # It was read, and failed before it did anything, as it should.
        pass
    if calls_service(update):
        raise QueryForbiddenError(_SERVICE)
    if loads(update):
        raise QueryForbiddenError(_LOAD)


def syntax_error(text: str, noun: str = "query") -> QuerySyntaxError:
    """Return the engine's complaint about a query or update as ours, with line and column.

    Example:
        >>> syntax_error("error at 2:7: expected a dot").line
        2
    """
    found = _PLACE.match(text)
    if not found:
        return QuerySyntaxError(f"The {noun} is not SPARQL: {text}.")
    line, column = int(found[1]), int(found[2])
    detail = _readable(found[3].strip().rstrip("."))
    message = f"The {noun} is not SPARQL at line {line}, column {column}: {detail}."
    return QuerySyntaxError(message, line, column)


def _readable(detail: str) -> str:
    """Return what the engine expected without what would not help: letters by code, own words.

    Example:
        >>> _readable("expected one of GROUP, LATERAL, LIMIT, SERVICE, [_], ['A'..='Z']")
        'expected one of GROUP, LIMIT'
    """
    head, found, items = detail.partition("expected one of ")
    if not found:
        return detail
    plain = re.compile(r"[\"'\w{}()<>?$:.;,|*+/^!=-]+")
    words = [item for item in items.split(", ") if plain.fullmatch(item)]
    useful = [word for word in words if word not in {"LATERAL", "SERVICE"}]
    shown = ", ".join(useful[:_SHOWN_WORDS]) + (" …" if len(useful) > _SHOWN_WORDS else "")
    return f"{head}{found}{shown}" if shown else f"{head}something else".strip()


def _moved(complaint: str, text: Halted) -> str:
    """Return a complaint about an update that was made to fail, with the place in the update."""
    found = _PLACE.match(complaint)
    if not found:
        return complaint
    line, column = text.original(int(found[1]), int(found[2]))
    return f"error at {line}:{column}: {found[3]}"
