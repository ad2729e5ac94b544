"""Changes as a stream of linked data that others keep copies by.

The root leads to a page for each version of the dataset, which goes on in further
pages if much was changed. What is on the page of a version never changes. A member
is a thing as it was after a version; a thing that had no statements left is marked
as deleted.

Source:
    Linked Data Event Streams, https://w3id.org/ldes/specification; the TREE
    hypermedia specification, https://w3id.org/tree/specification
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

import pyoxigraph
from flask import Blueprint, Response, make_response, url_for
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple
from werkzeug.exceptions import BadRequest, NotFound

from graph.history.browsing import states
from graph.history.log import LogEntry
from graph.store.reading import GRAPH_FORMATS
from graph.vocabulary import PREFIXES, TYPE, well_known
from service.addresses import addresses
from service.negotiate import GRAPHS, accepted, not_acceptable
from service.pages.questions import given_values
from service.publishing.dumps import YEAR
from service.publishing.following import Choice, choice, entries, entry_of, log, view
from service.serving import reader

blueprint = Blueprint("ldes", __name__, url_prefix="/changes/ldes")

MEMBERS = 100
"""Members on one page."""

_LDES = "https://w3id.org/ldes#"
_TREE = "https://w3id.org/tree#"
_DELETED = NamedNode("https://www.w3.org/ns/activitystreams#Delete")
_WHEN = well_known("prov", "generatedAtTime")
_VERSION_OF = well_known("dcterms", "isVersionOf")
_PREFIXES = PREFIXES | {"ldes": _LDES, "tree": _TREE}

Node = NamedNode | BlankNode


@blueprint.get("")
def root() -> Response:
    """Describe the stream, and lead to the page of each version."""
    chosen = choice(given_values())
    stream, here = _stream(chosen), _node(_place("ldes.root", chosen))
    triples = [*_head(stream, here)]
    for entry in entries():
        place = _place("ldes.version", chosen, name=_name(entry))
        when = _time(entry)
        triples += _relation(here, place, "GreaterThanOrEqualToRelation", when)
        triples += _relation(here, place, "LessThanOrEqualToRelation", when)
    return _respond(triples)


@blueprint.get("/<name>")
@blueprint.get("/<name>/<int:page>")
def version(name: str, page: int = 1) -> Response:
    """Send the things that one version changed, as they were after it."""
    chosen = choice(given_values())
    number = name.partition("-")[0]
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise NotFound("There is no such page of the stream.")
    entry = entry_of(int(number))
    things = view(entry, chosen).things()
    shown = things[(page - 1) * MEMBERS : page * MEMBERS]
    if name != _name(entry) or page < 1 or (page > 1 and not shown):
        raise NotFound("There is no such page of the stream.")
    stream = _stream(chosen)
    here = _node(_place("ldes.version", chosen, name=name, page=page))
    triples = [*_head(stream, here)]
    if page * MEMBERS < len(things):
        further = _place("ldes.version", chosen, name=name, page=page + 1)
        triples += _relation(here, further, "Relation", None)
    triples += _members(stream, entry, shown)
    response = _respond(triples)
    if chosen.things is None:
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response


def _head(stream: NamedNode, here: NamedNode) -> Iterator[Triple]:
    yield Triple(stream, TYPE, _ldes("EventStream"))
    yield Triple(stream, _ldes("timestampPath"), _WHEN)
    yield Triple(stream, _ldes("versionOfPath"), _VERSION_OF)
    yield Triple(stream, _ldes("versionDeletePath"), TYPE)
    yield Triple(stream, _ldes("versionDeleteObject"), _DELETED)
    yield Triple(stream, _tree("view"), here)
    yield Triple(here, TYPE, _tree("Node"))


def _relation(here: NamedNode, place: str, kind: str, when: Literal | None) -> Iterator[Triple]:
    # A label of its own, so that the same page has the same bytes.
    node = BlankNode(uuid.uuid5(uuid.NAMESPACE_URL, f"{kind} {place}").hex)
    yield Triple(here, _tree("relation"), node)
    yield Triple(node, TYPE, _tree(kind))
    yield Triple(node, _tree("node"), NamedNode(place))
    if when:
        yield Triple(node, _tree("path"), _WHEN)
        yield Triple(node, _tree("value"), when)


def _members(stream: NamedNode, entry: LogEntry, things: Sequence[str]) -> Iterator[Triple]:
    state: dict[str, set[Quad]] = {thing: set() for thing in things}
    for quad in _states(entry, things):
        if isinstance(quad.subject, NamedNode):
            state[quad.subject.value].add(quad)
    for thing in things:
        member = NamedNode(
            f"{addresses().base}changes/ldes/{_name(entry)}#{quote(thing, safe='/:@-._~')}"
        )
        yield Triple(stream, _tree("member"), member)
        yield Triple(member, _VERSION_OF, NamedNode(thing))
        yield Triple(member, _WHEN, _time(entry))
        if not state[thing]:
            yield Triple(member, TYPE, _DELETED)
        # What several graphs state is said once.
        facts = {f"{quad.predicate} {quad.object}": quad for quad in state[thing]}
        for _, fact in sorted(facts.items()):
            yield Triple(member, fact.predicate, fact.object)


def _states(entry: LogEntry, things: Sequence[str]) -> frozenset[Quad]:
    history, store = log(), reader()
    if history is None:
        return frozenset()
    now = frozenset(quad for thing in things for quad in store.describe(thing))
    return states(history, now, entry.number, store.version.number, frozenset(things))


def _respond(triples: Sequence[Triple]) -> Response:
    form = accepted(GRAPHS)
    if form is None:
        raise not_acceptable(GRAPHS)
    chosen = GRAPH_FORMATS[form.name]
    body = pyoxigraph.serialize(triples, format=chosen, prefixes=_PREFIXES)
    response = make_response(body or b"")
    response.headers["Content-Type"] = form.content_type
    response.vary.add("Accept")
    return response


def _stream(chosen: Choice) -> NamedNode:
    """Return the name of a stream; the things that are chosen have one of their own."""
    listed = "&".join(f"{key}={quote(text)}" for key, text in sorted(chosen.given.items()))
    return NamedNode(f"{addresses().base}changes/ldes{'?' if listed else ''}{listed}#stream")


def _place(endpoint: str, chosen: Choice, **values: str | int) -> str:
    given: Mapping[str, str | int] = {**chosen.given, **values}
    if values.get("page") == 1:
        given = {key: value for key, value in given.items() if key != "page"}
    return url_for(endpoint, _external=True, **{"lang": None, **given})  # type: ignore[arg-type]


def _node(place: str) -> NamedNode:
    """Return an address as a node.

    Raises:
        BadRequest: If the host that was asked cannot be part of an IRI.
    """
    try:
        return NamedNode(place)
    except ValueError as error:
        raise BadRequest("The header Host names no host.") from error


def _name(entry: LogEntry) -> str:
    """Return what the page of a version is called, also after a backup was restored.

    A number may then come again with other data; the end of its identifier does not.
    """
    return f"{entry.number}-{entry.header.id[-12:]}"


def _time(entry: LogEntry) -> Literal:
    return Literal(entry.header.when, datatype=well_known("xsd", "dateTime"))


def _ldes(name: str) -> NamedNode:
    return NamedNode(_LDES + name)


def _tree(name: str) -> NamedNode:
    return NamedNode(_TREE + name)
