"""Every page there is, for those who look at all of them.

Source:
    https://www.sitemaps.org/protocol.html; RFC 9309 for robots.txt
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

from flask import Blueprint, Response, make_response, request, url_for
from werkzeug.exceptions import NotFound

from service.addresses import addresses
from service.publishing.publication import address, publication
from service.serving import library, reader

blueprint = Blueprint("sitemap", __name__)

PART = 5_000
"""Addresses in one part: well below what the protocol allows, and small enough to be kept."""

_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_PAGES = ("pages.home", "questions.index", "sparql.sparql", "developers.developers")
_UNWANTED = ("/sparql?", "/search", "/page/*?", "/graphs", "/update")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Ask crawlers to take each page once, and leave alone what is made for each asker."""
    root = request.script_root
    lines = [f"Disallow: {root}{path}" for path in _UNWANTED]
    text = "\n".join(["User-agent: *", *lines, f"Sitemap: {address('sitemap.xml')}", ""])
    response = make_response(text)
    response.mimetype = "text/plain"
    return response


@blueprint.get("/sitemap.xml")
def index() -> Response:
    """Name the parts of the sitemap."""
    count = -(-len(publication().things(reader())) // PART)
    parts = ["pages", *map(str, range(1, count + 1))]
    places = [address(f"sitemap/{part}.xml") for part in parts]
    return _sent("sitemapindex", "sitemap", places, _changed())


@blueprint.get("/sitemap/pages.xml")
def pages() -> Response:
    """Name the pages that are there whatever the data are."""
    paths = [url_for(endpoint, lang=None) for endpoint in _PAGES]
    paths += [
        url_for("questions.page", identifier=identifier, lang=None)
        for identifier in library().questions
    ]
    return _sent("urlset", "url", map(_absolute, paths), "")


@blueprint.get("/sitemap/<int:number>.xml")
def part(number: int) -> Response:
    """Name the pages of some of the things.

    Raises:
        NotFound: If there are not so many parts.
    """
    things = publication().things(reader())[(number - 1) * PART : number * PART] if number else ()
    if not things:
        raise NotFound("The sitemap has no such part.")
    paths = [addresses().href(iri) for iri in things]
    return _sent("urlset", "url", map(_absolute, paths), _changed())


def _changed() -> str:
    return publication().changed(reader().version)


def _absolute(path: str) -> str:
    """Return an address with its host, which the protocol demands."""
    path = path.partition("?")[0] if "lang" in request.args else path
    return address(path.removeprefix(request.script_root).lstrip("/"))


def _sent(outer: str, inner: str, places: Iterable[str], changed: str) -> Response:
    lastmod = f"<lastmod>{escape(changed)}</lastmod>" if changed else ""
    lines = "".join(f"<{inner}><loc>{escape(at)}</loc>{lastmod}</{inner}>\n" for at in places)
    response = make_response(f"{_XML}<{outer} {_NAMESPACE}>\n{lines}</{outer}>\n")
    response.mimetype = "application/xml"
    return response
