"""The findings as CSV: one line a finding, stable column names, words in the paper's language."""

from __future__ import annotations

import csv
import io

from graph.audit.paper.view import Entry, Name, Paper
from graph.library.formats import harmless

COLUMNS = (
    "finding", "severity", "standing", "rule", "rule_name", "owner", "owner_name", "acts",
    "paragraphs", "thing", "thing_name", "message", "value", "state", "fix", "first_seen",
    "accepted_by", "accepted_because", "accepted_until",
)  # fmt: skip


def csv_file(paper: Paper) -> bytes:
    """Return all findings as CSV with CRLF in UTF-8, gravest first, the accepted ones too.

    ``standing`` is ``open`` or ``accepted``. Several acts or paragraphs are set
    apart by ``; ``. A text that a spreadsheet would run as a formula gets an
    apostrophe in front.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([harmless(text) for text in _cells(entry)] for entry in paper.entries)
    return out.getvalue().encode()


def _cells(entry: Entry) -> tuple[str, ...]:
    finding, waiver = entry.finding, entry.finding.waiver
    return (
        finding.id,
        finding.severity,
        "accepted" if waiver else "open",
        finding.rule,
        entry.rule_name.text,
        finding.owner,
        entry.owner.text,
        _joined(entry.acts),
        _joined(entry.paragraphs),
        finding.thing,
        entry.thing.text,
        entry.message.text,
        finding.value,
        finding.state,
        entry.fix.text,
        finding.first_seen,
        waiver.author if waiver else "",
        waiver.reason if waiver else "",
        waiver.expires.isoformat() if waiver else "",
    )


def _joined(names: tuple[Name, ...]) -> str:
    return "; ".join(name.text for name in names)
