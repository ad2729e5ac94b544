"""Graphs as documents: to read for everybody, to write for holders of a token.

A graph is named by ``?graph=`` or ``?default``, or is that whose IRI is the
address itself, below ``/graphs/``. ``/graphs`` alone is the whole dataset.

Source:
    SPARQL 1.1 Graph Store HTTP Protocol, https://www.w3.org/TR/sparql11-http-rdf-update/
"""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from flask import Blueprint, Response, current_app, request
from pyoxigraph import NamedNode
from werkzeug.exceptions import BadRequest, NotFound, UnsupportedMediaType
from werkzeug.urls import iri_to_uri

from graph.rdf import Document
from graph.store.changes import EMPTY, Condition
from graph.store.comparison import DEFAULT
from graph.store.interface import GraphFormat
from graph.workers.writing import Kind, Write
from service.formats import named as named_format
from service.negotiate import GRAPHS, QUADS, Format, accepted, not_acceptable
from service.serving import reader
from service.writes.bodies import UPDATE, fields_of, is_utf_8, rdf_parts, read_body, text_of
from service.writes.outcomes import answer, do, tell_failures
from service.writes.tokens import bearer

blueprint = Blueprint("graph_store", __name__)
tell_failures(blueprint)

_IN_MEMORY = 8 << 20
"""Bytes of a graph that are held in memory while it is sent; more go to a file."""

_METHODS = ["GET", "PUT", "POST", "DELETE", "PATCH"]


@dataclass(frozen=True)
class Target:
    """What a request is about: a graph, empty for the default graph; ``None`` for all of them."""

    graph: str | None

    @property
    def base(self) -> str:
        """What relative IRIs in documents stand on."""
        return self.graph or iri_to_uri(request.base_url)


@blueprint.route("/graphs", methods=_METHODS, strict_slashes=False)
def named() -> Response:
    """Answer for the graph that the query of the address names, or for all."""
    return _respond(_named())


@blueprint.route("/graphs/<path:path>", methods=_METHODS)
def direct(path: str) -> Response:
    """Answer for the graph whose IRI is the address itself."""
    if fields_of(request.query_string).keys() & {"graph", "default"}:
        raise BadRequest("The address is that of one graph, and names another.")
    return _respond(Target(iri_to_uri(request.base_url)))


def _named() -> Target:
    fields = fields_of(request.query_string)
    names, default = fields.get("graph", []), "default" in fields
    if len(names) + default > 1 or len(fields.get("default", [])) > 1:
        raise BadRequest("Name one graph.")
    if not names:
        return Target(DEFAULT if default else None)
    try:
        return Target(NamedNode(names[0]).value)
    except ValueError as error:
        raise BadRequest(f"“graph” is not an absolute IRI: {error}.") from error


def _respond(target: Target) -> Response:
    if request.method in {"GET", "HEAD"}:
        return _read(target)
    token = bearer("write-graph")
    if target.graph is None:
        if request.method != "POST":
            raise BadRequest("Name the graph with ?graph=…, or ?default.")
        target = Target(f"{iri_to_uri(request.root_url)}graphs/{uuid.uuid4()}")
        location = target.graph
    else:
        location = None
    assert target.graph is not None  # noqa: S101 - narrows a type
    done = do(_write(target), token, target.graph)
    response = answer(done, _status(created=done.created))
    if location:
        response.headers["Location"] = location
    return response


def _status(*, created: bool) -> int:
    match request.method:
        case "DELETE":
            return 200
        case "POST":
            return 201 if created else 200
        case _:
            return 201 if created else 204


def _write(target: Target) -> Write:
    graph = target.graph or DEFAULT
    condition = _condition(graph)
    if request.method == "DELETE":
        return Write("delete", graph, condition=condition)
    if "Content-Range" in request.headers:
        raise BadRequest("A part of a graph cannot be replaced; send all of it.")
    if request.method == "PATCH":
        if request.mimetype != UPDATE or not is_utf_8(request.content_type or ""):
            raise UnsupportedMediaType(f"Send {UPDATE}, in UTF-8.")
        text = text_of(read_body())
        return Write("patch", graph, text=text, base=target.base, condition=condition)
    kind: Kind = "put" if request.method == "PUT" else "post"
    parts = rdf_parts(read_body())
    documents = tuple(Document(part.format, target.base, part.body) for part in parts)
    return Write(kind, graph, documents=documents, condition=condition)


def _condition(graph: str) -> Condition | None:
    """Return what If-Match and If-None-Match say about the graph.

    Source:
        RFC 9110, section 13.1.
    """
    wanted, unwanted = request.if_match, request.if_none_match
    condition = Condition(graph)
    if "If-Match" in request.headers:
        if wanted.star_tag:
            condition = replace(condition, exists=True)
        else:
            condition = replace(condition, tags=_digests(wanted.as_set()))
    if "If-None-Match" in request.headers:
        if unwanted.star_tag:
            condition = replace(condition, exists=False)
        else:
            tags = _digests(unwanted.as_set(include_weak=True))
            condition = replace(condition, but_not=tags)
    return None if condition == Condition(graph) else condition


def _digests(tags: set[str]) -> tuple[str, ...]:
    return tuple(tag.partition("-")[0] for tag in sorted(tags))


def _read(target: Target) -> Response:
    graphs = reader().version.graphs
    if target.graph is None:
        offered, digest = QUADS, reader().version.content or EMPTY
    else:
        offered = (*GRAPHS, *QUADS)
        found = graphs.get(target.graph, EMPTY if target.graph == DEFAULT else None)
        if found is None:
            raise NotFound("There is no graph of that name.")
        digest = found
    wanted = fields_of(request.query_string).get("format", [""])[-1]
    chosen = named_format(offered, wanted) if wanted else accepted(offered)
    if chosen is None:
        raise not_acceptable(offered)
    tag = f"{digest}-{chosen.suffix}"
    if request.if_none_match.contains_weak(tag):
        response = Response(status=304)
    elif request.method == "HEAD":
        response = Response()
    else:
        response = _dump(target, chosen)
    response.set_etag(tag)
    response.headers["Cache-Control"] = "no-cache"
    response.vary.add("Accept")
    if response.status_code == 200:
        response.mimetype = chosen.media_type
    return response


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(1 << 16):
            yield chunk


def _dump(target: Target, chosen: Format[GraphFormat]) -> Response:
    folder: Path = current_app.extensions["temporary"]
    folder.mkdir(parents=True, exist_ok=True)
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=str(folder))  # noqa: SIM115 - closed when sent
    reader().dump(file, chosen.name, target.graph)
    length = file.tell()
    file.seek(0)
    response = Response(_chunks(file))
    response.content_length = length
    response.call_on_close(file.close)
    return response
