"""Reading a query from a request, strictly: what cannot be read is never guessed.

Source:
    SPARQL 1.1 Protocol, section 2.1, https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from flask import request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from graph.errors import QueryRefusedError

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"

_MAX_FIELDS = 100


@dataclass(frozen=True)
class Asked:
    """What a request asks: the query, ``None`` if there is none, and the format it names."""

    query: str | None
    format: str


def read_asked() -> Asked:
    """Return what the request asks.

    Raises:
        BadRequest: If its text is not UTF-8, or a field is given twice.
        QueryRefusedError: If it holds an update, or names graphs of its own.
        UnsupportedMediaType: If its body is neither a form nor a query.
    """
    fields = _fields(request.query_string)
    if request.method == "POST":
        body = request.get_data()
        kind = request.mimetype
        if kind not in {FORM, QUERY} or not _is_utf_8():
            raise UnsupportedMediaType(f"Send {QUERY} or {FORM}, in UTF-8.")
        if kind == QUERY:
            fields = {**fields, "query": [*fields.get("query", []), _text(body)]}
        else:
            sent = _fields(body)
            names = fields.keys() | sent.keys()
            fields = {name: [*fields.get(name, []), *sent.get(name, [])] for name in names}
    return _asked(fields)


def _asked(fields: Mapping[str, list[str]]) -> Asked:
    if "update" in fields:
        raise QueryRefusedError("Updates are refused: nothing can be written here.")
    for name in ("default-graph-uri", "named-graph-uri"):
        if name in fields:
            raise QueryRefusedError(f"{name} is not read here; write FROM in the query.")
    query = _single(fields, "query")
    form = _single(fields, "format") or _single(fields, "output")
    return Asked(query, form or "")


def _single(fields: Mapping[str, list[str]], name: str) -> str | None:
    texts = fields.get(name, [])
    if len(texts) > 1:
        raise BadRequest(f"{name} is given {len(texts)} times; give it once.")
    return texts[0] if texts else None


def _fields(encoded: bytes) -> dict[str, list[str]]:
    try:
        pairs = parse_qsl(
            encoded.decode("ascii"), keep_blank_values=True, errors="strict",
            max_num_fields=_MAX_FIELDS,
        )  # fmt: skip
    except UnicodeDecodeError as error:
        raise BadRequest("The request is not UTF-8 text, percent-encoded.") from error
    except ValueError as error:
        raise BadRequest(f"The request has more than {_MAX_FIELDS} fields.") from error
    found: dict[str, list[str]] = {}
    for name, text in pairs:
        found.setdefault(name, []).append(text)
    return found


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest("The query is not UTF-8 text.") from error


def _is_utf_8() -> bool:
    charset = request.mimetype_params.get("charset", "utf-8")
    return charset.lower().replace("_", "-") in {"utf-8", "utf8"}
