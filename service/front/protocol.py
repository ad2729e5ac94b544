"""Reading a query from a request, strictly: what cannot be read is never guessed.

Source:
    SPARQL 1.1 Protocol, section 2.1, https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from werkzeug.http import parse_options_header

from service.front.exchange import Request
from service.front.refusals import Refusal

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"

MAX_FIELDS = 1_000
"""Fields of a request."""

Fields = dict[str, list[str]]

_BAD_PERCENT = re.compile(rb"%(?![0-9a-fA-F]{2})")


@dataclass(frozen=True)
class Asked:
    """What a request asks.

    ``query`` is ``None`` if there is none. ``default`` and ``named`` are the
    graphs that the request names as its dataset, ``None`` if it names none.
    """

    query: str | None
    format: str = ""
    default: tuple[str, ...] | None = None
    named: tuple[str, ...] | None = None


def read(request: Request, body: bytes) -> Asked:
    """Return what a request asks.

    Raises:
        Refusal: 400 if its text is not UTF-8, or a field is given twice or does
            not belong here; 415 if its body is neither a form nor a query.
    """
    fields = parse_fields(request.query)
    if request.method == "POST":
        kind = media_type(request)
        if kind == QUERY:
            if "query" in fields:
                raise Refusal(400, "The query is given twice, in the address and in the body.")
            fields["query"] = [utf_8(body)]
        elif kind == FORM:
            for name, texts in parse_fields(body).items():
                fields.setdefault(name, []).extend(texts)
        else:
            raise Refusal(415, f"Send {QUERY} or {FORM}, in UTF-8.")
    if "update" in fields:
        raise Refusal(400, "Updates are not read here; send them to /update.")
    return Asked(
        single(fields, "query"),
        single(fields, "format") or single(fields, "output") or "",
        *dataset(fields, "default-graph-uri", "named-graph-uri"),
    )


def media_type(request: Request) -> str:
    """Return the media type of the body, empty if there is none.

    Raises:
        Refusal: 415 if it is in another charset than UTF-8.
    """
    kind, options = parse_options_header(request.header("content-type"))
    if options.get("charset", "utf-8").lower().replace("_", "-") not in {"utf-8", "utf8"}:
        raise Refusal(415, "Only text in UTF-8 is read.")
    return kind.lower()


def dataset(
    fields: Fields, default: str, named: str
) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    """Return the graphs that two fields name, both ``None`` if neither is there."""
    if default not in fields and named not in fields:
        return None, None
    return tuple(fields.get(default, ())), tuple(fields.get(named, ()))


def single(fields: Fields, name: str) -> str | None:
    """Return the text of a field that may be given once.

    Raises:
        Refusal: 400 if it is given more often.
    """
    texts = fields.get(name, [])
    if len(texts) > 1:
        raise Refusal(400, f"{name} is given {len(texts)} times; give it once.")
    return texts[0] if texts else None


def parse_fields(encoded: bytes) -> Fields:
    """Return the fields of a query string or form, in the order given.

    Raises:
        Refusal: 400 if it is not percent-encoded UTF-8, or has too many fields.
    """
    pairs = [pair for pair in encoded.split(b"&") if pair]
    if len(pairs) > MAX_FIELDS:
        raise Refusal(400, f"The request has more than {MAX_FIELDS} fields.")
    found: Fields = {}
    for pair in pairs:
        name, _, text = pair.partition(b"=")
        found.setdefault(_decoded(name), []).append(_decoded(text))
    return found


def utf_8(body: bytes) -> str:
    """Return bytes as text.

    Raises:
        Refusal: 400 if they are not UTF-8.
    """
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"The text is not UTF-8 at byte {error.start + 1}."
        raise Refusal(400, message) from error


def _decoded(text: bytes) -> str:
    if _BAD_PERCENT.search(text):
        raise Refusal(400, "A percent sign must be followed by two hexadecimal digits.")
    return utf_8(unquote_to_bytes(text.replace(b"+", b" ")))
