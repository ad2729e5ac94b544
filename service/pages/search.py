"""Search: a page of results, the same as JSON, suggestions, and addresses by symbol."""

from __future__ import annotations

import json

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from graph.errors import SearchError, UnknownThingError
from graph.search.citing import cited, nearest
from graph.search.finding import search, suggest
from graph.search.model import Entry, Found, Request
from service.addresses import addresses
from service.languages import language
from service.negotiate import GRAPHS, page_wanted
from service.pages.asked import Asked, read_asked
from service.pages.results import read_results, results_json, suggestions_json
from service.searching import index
from service.serving import reader

blueprint = Blueprint("search", __name__)


@blueprint.get("/search")
def page() -> Response | str:
    """Show what is found, or lead straight to the act that the text cites."""
    asked = read_asked()
    try:
        found = _found(asked)
    except SearchError as error:
        return make_response(_page(asked, None, str(error)), 400)
    if found and asked.is_plain and len(found.acts) == 1 and (href := _href(found.acts[0])):
        return make_response(redirect(href, 303))
    return _page(asked, found)


@blueprint.get("/search.json")
def json_file() -> Response:
    """Send what is found as JSON."""
    asked = read_asked()
    found = _found(asked) or Found(0, (), (), ())
    results = read_results(found, asked, reader(), language())
    return _json(results_json(results, found, asked, reader().version))


@blueprint.get("/search/suggest")
def suggestions() -> Response:
    """Send the names that go on from what somebody has written so far."""
    text = request.args.get("q", "")
    # Whoever is writing does not wait; and nobody’s keys may hold up the pages of others.
    hits = suggest(index(patience=0), text, language().code) if text.strip() else ()
    return _json(suggestions_json(text, hits, reader(), language()))


@blueprint.get("/symbol/<path:symbol>")
def by_symbol(symbol: str) -> Response:
    """Send the asker from a symbol, or any other form of citing, to what it means.

    Raises:
        UnknownThingError: If nothing is cited in that way; it names the nearest.
    """
    acts = cited(index(), symbol)
    if not acts:
        near = nearest(index(), symbol)
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        raise UnknownThingError(f"Nothing here is cited as “{symbol[:200]}”.{hint}")
    wants_page = page_wanted(machine=GRAPHS)
    if len(acts) > 1:
        endpoint = "search.page" if wants_page else "search.json_file"
        target = url_for(endpoint, q=symbol)
    else:
        target = _href(acts[0]) if wants_page else _data(acts[0])
    response = make_response(redirect(target or acts[0].iri, 303))
    response.vary.add("Accept")
    return response


def _found(asked: Asked) -> Found | None:
    """Return what is found; ``None`` if nothing is asked."""
    if not asked.text.strip():
        return None
    narrowed = dict(asked.narrowed)
    return search(
        index(),
        Request(asked.text, language().code, asked.tongue, narrowed, asked.page, asked.size),
    )


def _page(asked: Asked, found: Found | None, error: str = "") -> str:
    results = read_results(found, asked, reader(), language()) if found else None
    return render_template("search.html", asked=asked, found=found, results=results, error=error)


def _href(act: Entry) -> str:
    return addresses().href(act.iri)


def _data(act: Entry) -> str:
    prefix = f"{addresses().base}id/"
    if not act.iri.startswith(prefix):
        return _href(act)
    return addresses().href(act.iri).replace("/page/", "/data/", 1)


def _json(document: dict[str, object]) -> Response:
    response = make_response(json.dumps(document, ensure_ascii=False, indent=1) + "\n")
    response.mimetype = "application/json"
    return response
