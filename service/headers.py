"""What every response carries: safety for readers, tags for caches, openness for programs."""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, Response, request

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_OPEN = (
    "/.well-known/",
    "/catalog",
    "/concept/",
    "/context.jsonld",
    "/data/",
    "/dump/",
    "/graph/",
    "/graphs",
    "/id/",
    "/ontology/",
    "/openapi.json",
    "/page/",
    "/prefixes.",
    "/questions/",
    "/shapes/",
    "/sitemap",
    "/sparql",
    "/version",
    "/void",
)


def install(app: Flask) -> None:
    """Add the headers to every response, errors and files included."""
    app.after_request(_protect)
    app.after_request(_open)
    # Functions run in the reverse order: the tag is of the finished response.
    app.after_request(_tag)


def _tag(response: Response) -> Response:
    """Give whole answers a tag of their bytes, and answer 304 to those who have them.

    The bytes depend on the version of the data, the address, the format and the
    language, so a tag never outlives any of them.
    """
    if (
        request.method in {"GET", "HEAD"}
        and response.status_code == HTTPStatus.OK
        and not response.direct_passthrough
    ):
        response.headers.setdefault("Cache-Control", "no-cache")
        response.add_etag()
        response.make_conditional(request)
    return response


def _protect(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    if "lang" not in request.args and request.endpoint != "static":
        response.vary.add("Accept-Language")
    return response


def _open(response: Response) -> Response:
    """Let programs in any web page read the data; nothing here depends on who asks."""
    if request.path.startswith(_OPEN):
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "Content-Location, ETag, Link"
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, POST, OPTIONS"
            response.headers["Access-Control-Allow-Headers"] = "Accept, Content-Type"
    return response
