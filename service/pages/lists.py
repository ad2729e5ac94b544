"""All things of one kind by name, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for

from graph.errors import ParameterError, UnknownThingError
from graph.languages import Language
from graph.store.interface import ReadStore, value
from graph.vocabulary import mg
from service.addresses import addresses
from service.languages import data_language, language
from service.pages.cells import Cell, name_cell
from service.pages.sheets.reading import HEAD
from service.pages.sheets.tongues import Tongues, name_all
from service.publishing.publication import say_when
from service.remembering import remembered
from service.serving import reader

blueprint = Blueprint("lists", __name__)

SIZE = 100
"""How many things are on one page."""

_COUNT = "SELECT (COUNT(?thing) AS ?count) { ?thing a KIND }"
_SORTED = """SELECT ?thing { ?thing a KIND OPTIONAL { ?thing mg:sortKey ?key } }
ORDER BY ?key STR(?thing) LIMIT SIZE OFFSET START"""
_UNSORTED = "SELECT ?thing { ?thing a KIND } LIMIT SIZE OFFSET START"

MAX_SORTED = 5_000
"""Up to how many things a list is sorted; others stand in the order of the store."""


@dataclass(frozen=True)
class Page:
    """One page of a list; ``earlier`` and ``later`` lead to the others and may be empty."""

    kind: Cell
    things: tuple[Cell, ...]
    count: int
    first: int
    earlier: str
    later: str


@blueprint.get("/list/<kind>")
def page(kind: str) -> str:
    """Show the things of a kind."""
    say_when()
    return render_template("list.html", page=_read(kind, _start(), reader(), language()))


def _start() -> int:
    text = request.args.get("start", "0")
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise ParameterError("start", f"start must be a number; it is “{text}”.")
    return int(text)


def _read(kind: str, start: int, store: ReadStore, spoken: Language) -> Page:
    node = addresses().iri("ontology", kind)
    count = remembered().get(
        (store.version.content, "count", kind),
        lambda: int(value(store.select(_COUNT.replace("KIND", str(node))).rows[0][0])),
    )
    if not count:
        raise UnknownThingError(f"There is nothing of the kind {kind}.")
    if start >= count:
        raise ParameterError("start", f"There are only {count}; start is {start}.")
    query = _SORTED if count <= MAX_SORTED else _UNSORTED
    for name, text in (("KIND", str(node)), ("SIZE", str(SIZE)), ("START", str(start))):
        query = query.replace(name, text)
    rows = store.select(HEAD + query).rows
    iris = [value(row[0]) for row in rows]
    called = name_all([*iris, mg(kind).value], store, Tongues(spoken, data_language()))
    later = start + SIZE
    return Page(
        name_cell(node.value, called.get(node.value), spoken),
        tuple(name_cell(iri, called.get(iri), spoken) for iri in iris),
        count,
        start + 1,
        url_for("lists.page", kind=kind, start=max(0, start - SIZE)) if start else "",
        url_for("lists.page", kind=kind, start=later) if later < count else "",
    )
