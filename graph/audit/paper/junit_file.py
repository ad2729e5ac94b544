"""The findings as JUnit XML, which build pipelines show: a suite for each rule."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from graph.audit.model import Figure
from graph.audit.paper.view import Entry, Paper, RuleSheet

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def junit_file(paper: Paper) -> bytes:
    """Return the cases of all rules as JUnit XML in UTF-8.

    The attributes of a suite count cases: ``tests`` are applicable, ``failures``
    not met, ``skipped`` accepted, ``errors`` not judged. A ``testcase`` stands for
    each finding, the accepted ones skipped; cases that are met have no element of
    their own. The type of a failure is its severity.
    """
    root = Element("testsuites", {"name": paper.run.id, **_counts(paper.total)})
    for sheet in paper.rules:
        mine = [entry for entry in paper.entries if entry.rule.id == sheet.rule.id]
        _suite(root, paper, sheet, mine)
    indent(root, " ")
    return bytes(tostring(root, "utf-8", xml_declaration=True)) + b"\n"


def _suite(root: Element, paper: Paper, sheet: RuleSheet, entries: list[Entry]) -> None:
    taken = paper.run.taken.strftime("%Y-%m-%dT%H:%M:%S")
    named = {"name": sheet.rule.id, "timestamp": taken}
    suite = SubElement(root, "testsuite", {**named, **_counts(sheet.row.figure)})
    properties = SubElement(suite, "properties")
    facts = {
        "title": sheet.name.text,
        "owner": sheet.rule.owner,
        "dataset": str(paper.run.dataset),
        "profile": f"{paper.run.profile.id} {paper.run.profile.version}",
        "nothing-to-judge": str(sheet.idle).lower(),
    }
    for name, fact in facts.items():
        SubElement(properties, "property", name=name, value=_plain(fact))
    for entry in entries:
        _case(suite, entry)
    if sheet.unjudged:
        case = SubElement(suite, "testcase", classname=sheet.rule.id, name=sheet.rule.id, time="0")
        SubElement(case, "error", message=_plain(sheet.unjudged), type="could-not-judge")


def _case(suite: Element, entry: Entry) -> None:
    finding, waiver = entry.finding, entry.finding.waiver
    name = f"{entry.thing.text} ({finding.id})"
    case = SubElement(suite, "testcase", classname=finding.rule, name=_plain(name), time="0")
    if waiver is not None:
        message = f"{waiver.author}, {waiver.expires.isoformat()}: {waiver.reason}"
        SubElement(case, "skipped", message=_plain(message))
        return
    failure = SubElement(case, "failure", type=finding.severity, message=_plain(entry.message.text))
    where = [name.text for name in (*entry.acts, *entry.paragraphs)]
    told = (finding.thing, " ".join(where), finding.value, entry.state, entry.fix.text)
    failure.text = _plain("\n".join(filter(None, told)))


def _counts(figure: Figure) -> dict[str, str]:
    return {
        "tests": str(figure.applicable),
        "failures": str(figure.failed),
        "errors": str(figure.unjudged),
        "skipped": str(figure.waived),
    }


def _plain(text: str) -> str:
    """Return a text without the letters that XML cannot hold."""
    return _NOT_IN_XML.sub(" ", text)
