"""What every response carries: safety for readers, tags for caches, openness for programs."""

from __future__ import annotations

import secrets
from datetime import datetime
from http import HTTPStatus

from flask import Flask, Response, g, request

from service.built import FOLDER

_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'{styles}; "
    "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_BUILT = f"/static/{FOLDER}/"
_OPEN = (
    "/calendar.ics",
    "/changes",
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
    "/search.json",
    "/shapes/",
    "/sitemap",
    "/sparql",
    "/symbol/",
    "/version",
    "/void",
)


def style_nonce() -> str:
    """Return a word by which scripts of ours may add styles to the page of this request.

    Nobody must be able to foresee it, so such a page is never kept.
    """
    if "style_nonce" not in g:
        g.style_nonce = secrets.token_urlsafe(16)
    word: str = g.style_nonce
    return word


def dated(changed: str) -> None:
    """Let the response to this request say when what it shows was changed last.

    It is not what a cache is to ask by: a page also hangs on the program, which
    may be a newer one, and two versions may come within the one second that
    HTTP tells apart. ``If-Modified-Since`` is therefore never answered with 304;
    the strong tag is.

    Args:
        changed: The time of a version, ISO 8601; nothing is said if it is empty.

    Source:
        RFC 9110, sections 8.8.2.2 and 13.1.3.
    """
    g.changed = changed


def install(app: Flask) -> None:
    """Add the headers to every response, errors and files included."""
    app.after_request(_date)
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
        and "style_nonce" not in g
    ):
        response.headers.setdefault("Cache-Control", "no-cache")
        response.add_etag()
        response.make_conditional(request)
    return response


def _date(response: Response) -> Response:
    """Say when the version was made; of what is not there, nothing."""
    fitting = response.status_code in {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}
    if fitting and (changed := g.get("changed", "")):
        response.last_modified = datetime.fromisoformat(changed)
    return response


def _protect(response: Response) -> Response:
    nonce = f" 'nonce-{g.style_nonce}'" if "style_nonce" in g else ""
    response.headers["Content-Security-Policy"] = _POLICY.format(styles=nonce)
    if nonce:
        response.headers["Cache-Control"] = "no-store"
    elif request.path.startswith(_BUILT) and request.path.endswith(".js"):
        # The name changes with the content.
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    if "lang" not in request.args and not response.direct_passthrough:
        response.vary.add("Accept-Language")
    return response


def _open(response: Response) -> Response:
    """Let programs in any web page read the data; nothing here depends on who asks."""
    if request.path.startswith(_OPEN):
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = (
            "Accept-Ranges, Content-Location, Content-Range, ETag, Last-Modified, Link"
        )
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, POST, OPTIONS"
            response.headers["Access-Control-Allow-Headers"] = "Accept, Content-Type"
    return response
