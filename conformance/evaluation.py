"""Tests that ask a query, make a change, or only want a text to be read or refused."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from rdflib import Namespace

from conformance.dataset import JSON, UT, Contents, described, held, load, read
from conformance.endpoint import Answer, Client
from conformance.equivalence import same
from conformance.errors import MismatchError
from conformance.manifests import MF, Case
from conformance.results import MEDIA_TYPES, Solutions, expected, received

QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")

# A result that is described in RDF can be asked for in any form that has types.
_BY_FORM = {Solutions: JSON, bool: JSON}
_TURTLE = "text/turtle"
_FROM = re.compile(r"\bFROM\s+(?:NAMED\s+)?<([^>]*)>", re.IGNORECASE)
_ORDER = re.compile(r"\bORDER\s+BY\b", re.IGNORECASE)
# What such a text asks for may be refused, or be missing in an empty dataset.
_BEYOND_SYNTAX = {
    ".rq": re.compile(r"\bSERVICE\b", re.IGNORECASE),
    ".ru": re.compile(r"\b(LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY)\b", re.IGNORECASE),
}


def query_evaluation(client: Client, case: Case) -> None:
    """Run a test that asks a query of some data and tells the result.

    Raises:
        MismatchError: If another result comes, or none.
    """
    copy = case.manifest.copy
    action, result = case.value(MF.action), case.value(MF.result)
    source = str(case.value(QT.query, action) or action)
    text = copy.path(source).read_text("utf-8")
    contents = described(case, action, QT.data, QT.graphData)
    _add_from(case, contents, source, text)
    path = copy.path(str(result))
    wanted = expected(copy, path)
    if isinstance(wanted, Solutions) and _ORDER.search(text.rpartition("}")[2]):
        wanted = dataclasses.replace(wanted, ordered=True)
    load(client, contents)
    accept = MEDIA_TYPES.get(path.suffix, _BY_FORM.get(type(wanted), _TURTLE))
    # The base of a query is the address of its file, which the service cannot know.
    answer = client.ask(f"BASE <{source}> {text}", accept)
    if answer.status != 200:
        raise MismatchError(f"The query fails with status {answer.status}.", wanted)
    if answer.media_type != accept:
        raise MismatchError(f"The answer is {answer.media_type}, which was not asked for.")
    actual = received(answer)
    lax = MF.LaxCardinality in case.objects(MF.resultCardinality)
    exact = MF.NoCanonicalizationOfNumerics in case.objects(MF.requires)
    if not same(wanted, actual, lax=lax, exact=exact):
        raise MismatchError("The result is another one.", wanted, actual)


def update_evaluation(client: Client, case: Case) -> None:
    """Run a test that changes some data and tells what is there afterwards.

    Raises:
        MismatchError: If the change fails, or something else is there.
    """
    action, result = case.value(MF.action), case.value(MF.result)
    source = str(case.value(UT.request, action))
    text = case.manifest.copy.path(source).read_text("utf-8")
    load(client, described(case, action, UT.data, UT.graphData))
    answer = client.change(f"BASE <{source}> {text}")
    if not answer.good:
        raise MismatchError(f"The update fails with status {answer.status}.")
    wanted = described(case, result, UT.data, UT.graphData).dataset()
    actual = held(client)
    if not same(wanted, actual):
        raise MismatchError("The update leaves something else.", wanted, actual)


def positive_syntax(client: Client, case: Case) -> None:
    """Run a test that wants a text to be understood.

    Raises:
        MismatchError: If it is refused as no SPARQL, or for no reason of its own.
    """
    path = case.manifest.copy.path(str(case.value(MF.action)))
    answer = _tried(client, path)
    if answer.good:
        return
    beyond = _BEYOND_SYNTAX[path.suffix].search(path.read_text("utf-8"))
    # That it was understood shows where the same text with a fault is refused otherwise.
    if answer.status == 400 or not beyond or _tried(client, path, " }").status != 400:
        raise MismatchError(f"The text is right, but the status is {answer.status}.")


def negative_syntax(client: Client, case: Case) -> None:
    """Run a test that wants a text to be refused as no SPARQL.

    Raises:
        MismatchError: If it is taken, or refused for another reason.
    """
    answer = _tried(client, case.manifest.copy.path(str(case.value(MF.action))))
    if answer.status != 400:
        raise MismatchError(f"The text is wrong, but the status is {answer.status}, not 400.")


def _tried(client: Client, path: Path, fault: str = "") -> Answer:
    text = path.read_text("utf-8") + fault
    if path.suffix == ".ru":
        load(client, Contents())
        return client.change(text)
    return client.ask(text, "*/*")


def _add_from(case: Case, contents: Contents, source: str, text: str) -> None:
    """Add the files that a query names with FROM, as graphs with their IRIs for names."""
    copy = case.manifest.copy
    folder = copy.path(source).parent
    for name in dict.fromkeys(_FROM.findall(text)):
        path = folder / name
        if path.is_file():
            contents.add(read(copy, path), copy.iri(path))
