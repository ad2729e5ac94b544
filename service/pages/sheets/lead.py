"""Everything that leads the page of a thing, put together."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import NamedNode

from graph.store.interface import ReadStore, value
from graph.vocabulary import mg
from service.addresses import addresses
from service.pages.sheets.chain import Chain, read_chain
from service.pages.sheets.citing import Citable, citable
from service.pages.sheets.moments import read_moments
from service.pages.sheets.neighbours import Neighbourhood, neighbourhood
from service.pages.sheets.reading import HEAD
from service.pages.sheets.sheet import Sheet, read_sheet
from service.pages.sheets.timeline import Timeline, draw
from service.pages.sheets.tongues import Tongues, name_all
from service.pages.things import Thing

_ACT = mg("Act").value
_DATED = """SELECT ?day { VALUES ?thing { THING }
  ?thing mg:adoptedOn|mg:issuedOn|mg:reportedOn|mg:startDate ?day } ORDER BY DESC(?day) LIMIT 1"""


@dataclass(frozen=True)
class Lead:
    """What stands above the facts; parts that do not apply are ``None``."""

    sheet: Sheet
    timeline: Timeline | None
    chain: Chain | None
    neighbourhood: Neighbourhood | None
    cite: Citable


def read_lead(thing: Thing, store: ReadStore, tongues: Tongues) -> Lead:
    """Return what leads the page of a thing."""
    node = NamedNode(thing.iri)
    mirrored = tongues.page.direction == "rtl"
    timeline = chain = None
    if _ACT in thing.classes:
        timeline = draw(read_moments(node, store, tongues), mirrored=mirrored)
        chain = read_chain(node, addresses().iri("id", "act/").value, store, tongues)
    return Lead(
        read_sheet(node, thing.classes, store, tongues),
        timeline,
        chain,
        neighbourhood(thing, mirrored=mirrored),
        read_citable(node, store, tongues),
    )


def read_citable(node: NamedNode, store: ReadStore, tongues: Tongues) -> Citable:
    """Return how the record of a thing is cited."""
    name = name_all([node.value], store, tongues)[node.value]
    rows = store.select(HEAD + _DATED.replace("THING", str(node))).rows
    day = value(rows[0][0]) if rows else ""
    return citable(node.value, name.text, name.language or tongues.data, day, store.version)
