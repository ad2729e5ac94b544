"""Reading the bodies of writes, strictly and within limits."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl

from flask import current_app, request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

FORM = "application/x-www-form-urlencoded"
UPDATE = "application/sparql-update"
MULTIPART = "multipart/form-data"

RDF_TYPES = {
    "text/turtle": "turtle",
    "application/x-turtle": "turtle",
    "application/n-triples": "ntriples",
    "text/plain": "ntriples",
    "application/rdf+xml": "rdfxml",
    "application/ld+json": "jsonld",
    "application/n-quads": "nquads",
    "application/trig": "trig",
}
"""The format of RDF by its media type."""

_MAX_FIELDS = 1_000
_MAX_PARTS = 100
_UTF_8 = {"utf-8", "utf8"}


@dataclass(frozen=True)
class Part:
    """One document of a body, in a format of ``graph.rdf``."""

    format: str
    body: bytes


def read_body() -> bytes:
    """Return the body of the request, unpacked.

    Raises:
        BadRequest: If it ends too early, or is not packed as it says.
        RequestEntityTooLarge: If it is longer than is read, packed or not.
        UnsupportedMediaType: If it is packed in a way that is not known here.
    """
    limit: int = current_app.extensions["max_body"]
    request.max_content_length = limit
    body = request.get_data(cache=False)
    if request.content_length is not None and len(body) < request.content_length:
        raise BadRequest("The body ends before the length that was announced.")
    packing = request.headers.get("Content-Encoding", "identity").strip().lower()
    if packing in {"identity", ""}:
        return body
    if packing not in {"gzip", "x-gzip"}:
        raise UnsupportedMediaType("Send the body as it is, or packed with gzip.")
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as packed:
            unpacked = packed.read(limit + 1)
    except (EOFError, OSError, zlib.error) as error:
        raise BadRequest("The body is not whole gzip data.") from error
    if len(unpacked) > limit:
        raise RequestEntityTooLarge
    return unpacked


def rdf_parts(body: bytes) -> tuple[Part, ...]:
    """Return the documents of RDF that a body consists of.

    Raises:
        BadRequest: If a body of several parts is broken.
        UnsupportedMediaType: If a part is not RDF in a format that is read here.
    """
    kind = request.mimetype
    if kind == MULTIPART:
        boundary = request.mimetype_params.get("boundary", "")
        return tuple(_parts(body, boundary))
    if not kind and not body:
        return (Part("turtle", b""),)
    return (Part(_format(request.content_type or ""), body),)


def is_utf_8(content_type: str) -> bool:
    """Return whether a content type names no charset, or UTF-8."""
    _, options = parse_options_header(content_type)
    return options.get("charset", "utf-8").lower() in _UTF_8


def text_of(body: bytes) -> str:
    """Return an update as text.

    Raises:
        BadRequest: If it is not UTF-8.
    """
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest("The update is not UTF-8 text.") from error


def fields_of(encoded: bytes) -> dict[str, list[str]]:
    """Return the fields of a form or of the query of an address.

    Raises:
        BadRequest: If they are not UTF-8 text, percent-encoded, or too many.
    """
    try:
        pairs = parse_qsl(
            encoded.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MAX_FIELDS,
        )
    except UnicodeDecodeError as error:
        raise BadRequest("The request is not UTF-8 text, percent-encoded.") from error
    except ValueError as error:
        raise BadRequest(f"The request has more than {_MAX_FIELDS} fields.") from error
    found: dict[str, list[str]] = {}
    for name, text in pairs:
        found.setdefault(name, []).append(text)
    return found


def _format(content_type: str) -> str:
    media_type, _ = parse_options_header(content_type)
    if media_type not in RDF_TYPES or not is_utf_8(content_type):
        known = ", ".join(RDF_TYPES)
        raise UnsupportedMediaType(f"Send RDF in UTF-8 as one of {known}.")
    return RDF_TYPES[media_type]


def _parts(body: bytes, boundary: str) -> Iterator[Part]:
    if not boundary:
        raise BadRequest("The content type names no boundary between the parts.")
    decoder = MultipartDecoder(boundary.encode("latin-1", "replace"), max_parts=_MAX_PARTS)
    decoder.receive_data(body)
    decoder.receive_data(None)
    kind, gathered = "", b""
    try:
        while not isinstance(event := decoder.next_event(), Epilogue):
            if isinstance(event, NeedData):
                raise BadRequest("The body ends in the middle of a part.")
            if isinstance(event, Field | File):
                kind, gathered = _format(event.headers.get("Content-Type", "")), b""
            elif isinstance(event, Data):
                gathered += event.data
                if not event.more_data:
                    yield Part(kind, gathered)
    except ValueError as error:
        raise BadRequest(f"The parts of the body cannot be read: {error}.") from error
