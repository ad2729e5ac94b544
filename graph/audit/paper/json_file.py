"""The whole paper as JSON, for programs: codes and numbers beside the words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import ROUND_DOWN, Decimal

from graph.audit.model import Figure
from graph.audit.paper.view import (
    ActSheet,
    Change,
    Entry,
    Mandate,
    Name,
    Paper,
    Position,
    Row,
    RuleSheet,
)

Json = Mapping[str, object]


def json_file(paper: Paper) -> bytes:
    """Return all that the paper says as one JSON object in UTF-8.

    A name is an object with ``text`` and, where it is another language than the
    one asked for, ``language``. ``completeness`` is ``passed`` by ``of``, cut off
    after four places, and ``null`` where there is nothing to share.
    """
    run = paper.run
    document = {
        "run": run.id,
        "taken": run.taken.isoformat(),
        "language": paper.language.code,
        "dataset": {"number": run.dataset, "content": run.content, "drawn": paper.drawn},
        "profile": {
            "id": run.profile.id,
            "name": _name(paper.profile),
            "version": run.profile.version,
        },
        "occasion": {
            "meeting": run.occasion.meeting or None,
            "name": _name(paper.occasion),
            "asOf": run.occasion.as_of.isoformat(),
            "since": run.occasion.since.isoformat() if run.occasion.since else None,
        },
        "total": _figure(paper.total),
        "findings": {
            "open": paper.open,
            **{str(severity): count for severity, count in paper.severities.items()},
            "accepted": len(paper.accepted),
        },
        "decisions": [
            {
                "owner": decision.entries[0].finding.owner,
                "rule": decision.rule.id,
                "findings": [entry.finding.id for entry in decision.entries],
            }
            for decision in paper.decisions
        ],
        "expiring": [entry.finding.id for entry in paper.expiring],
        "rules": list(map(_rule, paper.rules)),
        "byAct": list(map(_row, paper.by_act)),
        "byBody": list(map(_row, paper.by_body)),
        "byOwner": list(map(_row, paper.by_owner)),
        "acts": list(map(_act, paper.acts)),
        "change": _change(paper.change),
        "list": list(map(_entry, paper.entries)),
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _figure(figure: Figure) -> Json:
    share = figure.completeness
    cut = (
        None
        if share is None
        else (Decimal(share.numerator) / Decimal(share.denominator)).quantize(
            Decimal("0.0001"), ROUND_DOWN
        )
    )
    return {
        "applicable": figure.applicable,
        "passed": figure.passed,
        "failed": figure.failed,
        "waived": figure.waived,
        "unjudged": figure.unjudged,
        "of": figure.applicable - figure.waived,
        "completeness": None if cut is None else float(cut),
    }


def _row(row: Row) -> Json:
    return {"key": row.key, "name": _name(row.name), **_figure(row.figure), "open": row.open}


def _rule(sheet: RuleSheet) -> Json:
    rule = sheet.rule
    return {
        "iri": rule.iri,
        **_row(sheet.row),
        "owner": rule.owner,
        "severity": rule.severity,
        "leadDays": rule.lead_days,
        "reason": _name(sheet.reason),
        "reasonSource": rule.reason_source or None,
        "answers": list(rule.answers),
        "newRecord": rule.new_record or None,
        "unjudgedBecause": sheet.unjudged or None,
        "nothingToJudge": sheet.idle,
    }


def _entry(entry: Entry) -> Json:
    finding, waiver = entry.finding, entry.finding.waiver
    return {
        "id": finding.id,
        "rule": finding.rule,
        "severity": finding.severity,
        "thing": {"iri": finding.thing, **_name_parts(entry.thing)},
        "value": finding.value or None,
        "acts": list(finding.acts),
        "paragraphs": list(finding.paragraphs),
        "owner": finding.owner,
        "message": _name(entry.message),
        "state": finding.state or None,
        "fix": _name(entry.fix),
        "firstSeen": finding.first_seen or None,
        "accepted": None
        if waiver is None
        else {
            "id": waiver.id,
            "author": waiver.author,
            "reason": waiver.reason,
            "given": waiver.given.isoformat(),
            "expires": waiver.expires.isoformat(),
        },
    }


def _act(sheet: ActSheet) -> Json:
    return {
        "iri": sheet.iri,
        "symbol": sheet.symbol.text,
        "title": _name(sheet.title),
        "positions": list(map(_position, sheet.positions)),
        "mandates": list(map(_mandate, sheet.mandates)),
    }


def _position(position: Position) -> Json:
    return {
        "asOf": position.as_of.isoformat() if position.as_of else None,
        "currency": position.currency or None,
        "required": _amount(position.required),
        "mobilized": _amount(position.mobilized),
        "missing": _amount(position.missing),
    }


def _mandate(mandate: Mandate) -> Json:
    return {
        "iri": mandate.iri,
        "paragraph": mandate.paragraph,
        "verb": _name(mandate.verb),
        "request": _name(mandate.request),
        "addressees": list(map(_name, mandate.addressees)),
        "due": list(map(_name, mandate.due)),
        "status": list(map(_name, mandate.status)),
        "reported": mandate.reported.isoformat() if mandate.reported else None,
        "funding": list(map(_name, mandate.funding)),
        "evidence": [
            {"document": place.document.text, "paragraphs": list(place.paragraphs)}
            for place in mandate.evidence
        ],
        "gaps": [entry.finding.id for entry in mandate.gaps],
    }


def _change(change: Change | None) -> Json | None:
    if change is None:
        return None
    return {
        "earlier": change.comparison.earlier,
        "new": [entry.finding.id for entry in change.new],
        "resolved": list(map(_entry, change.resolved)),
        "stillOpen": [entry.finding.id for entry in change.still_open],
        "acceptedSince": [entry.finding.id for entry in change.waived],
        "incomparable": list(change.comparison.incomparable),
    }


def _amount(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def _name(name: Name | None) -> Json | None:
    return None if name is None else _name_parts(name)


def _name_parts(name: Name) -> Json:
    return {"text": name.text, **({"language": name.language} if name.language else {})}
