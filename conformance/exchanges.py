"""Tests whose manifests spell out requests and the answers they deserve.

Those of the protocol and of the graph store protocol are such; this module
reads each request as it stands there and puts only the service's own addresses
in place of ``/sparql/`` and ``/gsp``.
"""

from __future__ import annotations

from http import HTTPStatus

import pyoxigraph as ox
from rdflib import Namespace
from rdflib.term import Node

from conformance.dataset import UT, described, graph, load
from conformance.endpoint import Answer, Client, Endpoint, Request
from conformance.equivalence import same
from conformance.errors import MismatchError
from conformance.manifests import MF, Case
from conformance.results import CSV, FORMATS, Solutions, received

HT = Namespace("http://www.w3.org/2011/http#")
HTS = "http://www.w3.org/2011/http-statusCodes#"
CNT = Namespace("http://www.w3.org/2011/content#")

_STATUSES = {status.phrase.replace(" ", ""): str(status.value) for status in HTTPStatus} | {
    f"StatusCode{digit}xx": str(digit) for digit in range(1, 6)
}
_KINDS = {
    "boolean": set(FORMATS) - {"text/tab-separated-values"},
    "tabular": {*FORMATS, CSV},
    "RDF": {"application/rdf+xml", "text/turtle", "application/n-triples"},
}


def exchanges(client: Client, case: Case) -> None:
    """Send the requests of a test, in their order, and look at each answer.

    Raises:
        MismatchError: If an answer is not as described.
    """
    load(client, described(case, case.node, UT.data, UT.graphData))
    action = case.value(MF.action)
    places: dict[str, str] = {}
    for number, node in enumerate(case.items(HT.requests, action), start=1):
        request = _request(case, node, client.endpoint, places)
        answer = client.send(request)
        try:
            _check(case, case.value(HT.resp, node), request, answer, places)
        except MismatchError as error:
            message = f"Answer {number}: {error}"
            raise MismatchError(message, error.expected, error.actual) from error


def _request(case: Case, node: Node, endpoint: Endpoint, places: dict[str, str]) -> Request:
    path = _filled(str(case.value(HT.absolutePath, node)), places)
    headers = _headers(case, node)
    body = _body(case, node, places)
    if path.startswith("/gsp"):
        address, allowed = endpoint.graphs + path.removeprefix("/gsp"), endpoint.headers
    elif _writes(case, headers):
        address, allowed = endpoint.update + path.removeprefix("/sparql/"), endpoint.headers
    else:
        address, allowed = endpoint.query + path.removeprefix("/sparql/"), {}
    return Request(str(case.value(HT.methodName, node)), address, {**headers, **allowed}, body)


def _writes(case: Case, headers: dict[str, str]) -> bool:
    """Return whether a request is meant for the address of updates."""
    about_updates = "update" in case.name.partition("#")[2]
    return about_updates and headers.get("content-type") != "application/sparql-query"


def _headers(case: Case, node: Node | None) -> dict[str, str]:
    return {
        str(case.value(HT.fieldName, header)).lower(): str(case.value(HT.fieldValue, header))
        for header in case.items(HT.headers, node)
    }


def _body(case: Case, node: Node | None, places: dict[str, str]) -> bytes | None:
    content = case.value(HT.body, node)
    if content is None:
        return None
    text = _filled(str(case.value(CNT.chars, content)), places)
    return text.encode(str(case.value(CNT.characterEncoding, content)))


def _filled(text: str, places: dict[str, str]) -> str:
    for name, value in places.items():
        text = text.replace(name, value)
    return text


def _check(
    case: Case, node: Node | None, request: Request, answer: Answer, places: dict[str, str]
) -> None:
    wanted = [str(status).removeprefix(HTS) for status in case.objects(MF.expectedStatus, node)]
    if not any(str(answer.status).startswith(_STATUSES[name]) for name in wanted):
        raise MismatchError(f"The status is {answer.status}, not {' or '.join(sorted(wanted))}.")
    place = case.value(MF.expectedLocation, node)
    if place is not None:
        if not answer.headers.get("location"):
            raise MismatchError("There is no Location.")
        places[str(place)] = answer.headers["location"]
    kind = case.value(MF.expectedFormat, node)
    if kind is not None:
        _check_kind(answer, str(kind), case.value(MF.expectedBoolean, node))
    _check_type(answer, _headers(case, node).get("content-type"))
    body = _body(case, node, places)
    if body is not None:
        _check_graph(answer, body, request.address)


def _check_kind(answer: Answer, kind: str, truth: Node | None) -> None:
    if answer.media_type not in _KINDS[kind]:
        raise MismatchError(f"The answer is {answer.media_type}, which is not {kind}.")
    result = received(answer)
    forms = {"boolean": bool, "tabular": Solutions, "RDF": ox.Dataset}
    if not isinstance(result, forms[kind]):
        raise MismatchError(f"The answer is not {kind}.")
    if truth is not None and str(result).lower() != str(truth).lower():
        raise MismatchError(f"The answer is {result}, not {truth}.")


def _check_type(answer: Answer, wanted: str | None) -> None:
    """Compare media types; a charset that goes without saying need not be said."""
    if wanted is None:
        return
    media_type, _, parameters = wanted.partition(";")
    told = answer.headers.get("content-type", "").lower().partition(";")[2].strip()
    if answer.media_type != media_type or told not in ("", parameters.strip()):
        actual = answer.headers.get("content-type", "missing")
        raise MismatchError(f"The Content-Type is {actual}, not {wanted}.")


def _check_graph(answer: Answer, body: bytes, address: str) -> None:
    wanted = ox.Dataset(ox.parse(body, format=ox.RdfFormat.TURTLE, base_iri=address))
    actual = graph(answer)
    if not same(wanted, actual):
        raise MismatchError("The graph is another one.", wanted, actual)
