"""SPARQL updates for holders of a token.

Source:
    SPARQL 1.1 Protocol, section 2.2, https://www.w3.org/TR/sparql11-protocol/#update-operation
"""

from __future__ import annotations

from flask import Blueprint, Response, request
from pyoxigraph import NamedNode
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from graph.workers.writing import Write
from service.writes.bodies import FORM, UPDATE, fields_of, is_utf_8, read_body, text_of
from service.writes.outcomes import answer, do, tell_failures
from service.writes.tokens import bearer

blueprint = Blueprint("update", __name__)
tell_failures(blueprint)


@blueprint.post("/update")
def update() -> Response:
    """Do all operations of an update, or none."""
    token = bearer("write-graph")
    write = _read()
    return answer(do(write, token, None), 204)


def _read() -> Write:
    fields = fields_of(request.query_string)
    kind = request.mimetype
    if kind not in {FORM, UPDATE} or not is_utf_8(request.content_type or ""):
        raise UnsupportedMediaType(f"Send {UPDATE} or {FORM}, in UTF-8.")
    body = read_body()
    sent = {"update": [text_of(body)]} if kind == UPDATE else fields_of(body)
    names = fields.keys() | sent.keys()
    fields = {name: [*fields.get(name, []), *sent.get(name, [])] for name in names}
    texts = fields.get("update", [])
    if len(texts) != 1:
        raise BadRequest(f"update is given {len(texts)} times; give it once.")
    if "query" in fields:
        raise BadRequest("Queries are answered at /sparql.")
    return Write(
        "update",
        text=texts[0],
        base=request.base_url,
        using=_iris(fields.get("using-graph-uri", [])),
        using_named=_iris(fields.get("using-named-graph-uri", [])),
    )


def _iris(texts: list[str]) -> tuple[str, ...]:
    try:
        return tuple(NamedNode(text).value for text in texts)
    except ValueError as error:
        raise BadRequest(f"A graph is not named by an absolute IRI: {error}.") from error
