"""Two acts side by side: what the newer asks that the older did not, and the other way round."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from pyoxigraph import Literal, NamedNode

from graph.errors import ParameterError
from graph.languages import best, noted
from graph.store.interface import ReadStore, value
from graph.vocabulary import mg
from service.addresses import addresses
from service.languages import data_language, gettext, language
from service.pages.cells import Cell, name_cell
from service.pages.sheets.alignment import Pair, Provision, align
from service.pages.sheets.reading import HEAD, Facts, read_facts, read_numbers, read_rows
from service.pages.sheets.sections import Column, Section
from service.pages.sheets.tongues import Tongues, name_all
from service.pages.things import natural
from service.publishing.publication import say_when
from service.serving import reader

blueprint = Blueprint("compare", __name__)

STANDINGS = {
    "same": noted("Unchanged"),
    "changed": noted("Changed"),
    "added": noted("Only in the newer"),
    "removed": noted("Only in the older"),
}
"""How a provision of one act stands to the other, in words."""

_ASKS = Section(
    "asks",
    (),
    "",
    "?row mg:underAct THING ; a mg:Ask .",
    tuple(Column(name) for name in ("setOutIn", "summary", "actionVerb", "addressee")),
    limit=100,
)
_ACTS = """SELECT ?act ?cited { ?act a mg:Act ; mg:citedAs ?cited
  FILTER EXISTS { ?ask mg:underAct ?act ; a mg:Ask } OPTIONAL { ?act mg:sortKey ?key }
} ORDER BY ?key ?cited LIMIT 200"""


@dataclass(frozen=True)
class Side:
    """One of the two acts, with what it asks; ``key`` names it in addresses."""

    key: str
    act: Cell
    language: str
    provisions: tuple[Provision, ...]


@dataclass(frozen=True)
class Shown:
    """A pair as the page shows it, with the names of verbs and addressees."""

    pair: Pair
    standing: str
    older: tuple[Cell, ...]
    newer: tuple[Cell, ...]


@blueprint.get("/compare")
def page() -> str:
    """Show what two acts ask, aligned; without both, a form to choose them."""
    say_when()
    store, tongues = reader(), Tongues(language(), data_language())
    keys = request.args.get("older", ""), request.args.get("newer", "")
    choices = [
        (value(row[0]).removeprefix(_base()), value(row[1]))
        for row in store.select(HEAD + _ACTS).rows
    ]
    sides = [
        _side(name, key, store, tongues)
        for name, key in zip(("older", "newer"), keys, strict=True)
        if key
    ]
    pairs: tuple[Shown, ...] = ()
    if len(sides) == 2:
        pairs = _shown(align(sides[0].provisions, sides[1].provisions), store, tongues)
    counts = [
        (gettext(words), sum(shown.pair.standing == name for shown in pairs), name)
        for name, words in STANDINGS.items()
    ]
    return render_template(
        "compare.html", keys=keys, choices=choices, sides=sides, pairs=pairs, counts=counts,
        action=url_for("compare.page"),
    )  # fmt: skip


def _base() -> str:
    return addresses().iri("id", "act/").value


def _side(name: str, key: str, store: ReadStore, tongues: Tongues) -> Side:
    node = addresses().iri("id", f"act/{key}")
    if not store.describe(node.value):
        raise ParameterError(name, f"There is no act “{key}”.")
    rows = read_rows(_ASKS, node, store)
    facts = read_facts(rows.things, (column.property for column in _ASKS.columns), store)
    homes = {iri: _iris(facts, iri, "setOutIn") for iri in rows.things}
    numbers = read_numbers((home for found in homes.values() for home in found), store)
    provisions = [
        Provision(
            iri,
            ", ".join(sorted(numbers.get(home, "") for home in homes[iri])),
            _text(facts, iri, tongues.data),
            next(iter(sorted(_iris(facts, iri, "actionVerb"))), ""),
            _iris(facts, iri, "addressee"),
        )
        for iri in rows.things
    ]
    provisions.sort(key=lambda provision: natural(provision.number))
    called = name_all([node.value], store, tongues)[node.value]
    cell = name_cell(node.value, called, tongues.page)
    return Side(key, cell, tongues.data, tuple(provisions))


def _iris(facts: Facts, subject: str, name: str) -> frozenset[str]:
    found = facts.get((subject, mg(name).value), ())
    return frozenset(
        one.object.value for one in found if isinstance(one.object, NamedNode) and not one.gap
    )


def _text(facts: Facts, subject: str, tongue: str) -> str:
    texts = {
        one.object.language or "": one.object.value
        for one in facts.get((subject, mg("summary").value), ())
        if isinstance(one.object, Literal)
    }
    return texts[best(texts, tongue)] if texts else ""


def _shown(pairs: tuple[Pair, ...], store: ReadStore, tongues: Tongues) -> tuple[Shown, ...]:
    provisions = [one for pair in pairs for one in (pair.older, pair.newer) if one]
    wanted = {iri for one in provisions for iri in (one.verb, *one.addressees) if iri}
    called = name_all(wanted, store, tongues) if wanted else {}

    def facts(provision: Provision | None) -> tuple[Cell, ...]:
        if provision is None:
            return ()
        iris = [iri for iri in (provision.verb, *sorted(provision.addressees)) if iri]
        return tuple(name_cell(iri, called.get(iri), tongues.page) for iri in iris)

    return tuple(
        Shown(pair, gettext(STANDINGS[pair.standing]), facts(pair.older), facts(pair.newer))
        for pair in pairs
    )
