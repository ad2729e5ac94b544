"""Changes on the web: which versions there were, and the facts that each added and removed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template, request
from pyoxigraph import NamedNode
from werkzeug.exceptions import NotFound

from graph.errors import ParameterError
from graph.history.facts import FactChange
from graph.history.hanging import filters
from service.addresses import addresses
from service.languages import language
from service.pages.cells import Cell, name_cell, term_cell
from service.pages.forms import form_fields
from service.pages.names import Name, names
from service.pages.questions import given_values
from service.publishing.atom import MEDIA_TYPE, write_feed
from service.publishing.following import Found, choice, entry_of, found, view
from service.serving import library, reader

blueprint = Blueprint("changes", __name__)

VERSIONS = 50
"""Versions on one page, and in the feed."""

FACTS = 100
"""Facts on one page."""


@dataclass(frozen=True)
class ShownFact:
    """A fact ready to be shown, and where it is stated."""

    is_added: bool
    subject: Cell
    property: Cell
    value: Cell
    sources: tuple[Cell, ...]


@blueprint.get("/changes")
def index() -> Response | str:
    """Show the versions, newest first, all of them or those that changed what is chosen."""
    given = given_values()
    before = _number(given, "before")
    try:
        chosen = choice(given)
    except ParameterError as error:
        return make_response(_index(request.args, [], 0, error), 400)
    listed, rest = found(chosen, before, VERSIONS)
    return _index(chosen.given, listed, rest)


@blueprint.get("/changes/<int:number>")
def version(number: int) -> str:
    """Show the facts that one version added and removed."""
    given = given_values()
    page = _number(given, "page") or 1
    chosen, entry = choice(given), entry_of(number)
    facts = view(entry, chosen).facts((page - 1) * FACTS, FACTS)
    last = max(1, -(-facts.count // FACTS))
    if page > last:
        raise NotFound("There is no such page.")
    return render_template(
        "change.html",
        entry=entry,
        facts=_shown(facts.facts),
        count=facts.count,
        given=chosen.given,
        page=page,
        last=last,
    )


@blueprint.get("/changes.atom")
def feed() -> Response:
    """Send the newest versions as a feed."""
    chosen = choice(given_values())
    listed, _ = found(chosen, 0, VERSIONS)
    response = make_response(write_feed(chosen, listed))
    response.headers["Content-Type"] = f"{MEDIA_TYPE}; charset=utf-8"
    return response


def _index(
    given: Mapping[str, str],
    listed: Sequence[Found],
    rest: int,
    error: ParameterError | None = None,
) -> str:
    fields = form_fields(library(), filters(), given, reader(), language(), error)
    kept = {name: text for name, text in given.items() if name != "lang"}
    return render_template(
        "changes.html", fields=fields, given=kept, versions=listed, rest=rest, error=error
    )


def _number(given: dict[str, str], name: str) -> int:
    """Take a number out of what was given; 0 if it was not.

    Raises:
        ParameterError: If it is no number.
    """
    text = given.pop(name, "")
    if text and (not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) < 1):
        raise ParameterError(name, f"{name} must be a number from 1; it is “{text}”.")
    return int(text or 0)


def _shown(facts: Iterable[FactChange]) -> tuple[ShownFact, ...]:
    listed, spoken = tuple(facts), language()
    iris = {iri for fact in listed for iri in _iris(fact)}
    known = names(iris, reader(), spoken.code)
    return tuple(
        ShownFact(
            fact.is_added,
            _cell(fact.subject, known),
            _cell(fact.predicate, known),
            term_cell(fact.object, known, spoken),
            tuple(_cell(iri, known) for iri in fact.paragraphs) or _document(fact),
        )
        for fact in listed
    )


def _iris(fact: FactChange) -> Iterable[str]:
    yield from (iri for iri in (fact.subject, fact.predicate) if not iri.startswith("_:"))
    yield from fact.paragraphs
    if isinstance(fact.object, NamedNode):
        yield fact.object.value


def _document(fact: FactChange) -> tuple[Cell, ...]:
    """Return the source that states a fact, which is called as the end of its graph's name."""
    source = fact.source.removeprefix(f"{addresses().base}graph/")
    return (Cell(source, "iri"),) if source else ()


def _cell(iri: str, known: Mapping[str, Name]) -> Cell:
    return name_cell(iri, known.get(iri), language())
