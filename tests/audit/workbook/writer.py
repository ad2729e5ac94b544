"""Writes workbooks of findings by hand, good and broken ones."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import openpyxl

from graph.audit.findings import finding_id
from graph.audit.model import Finding, Rule
from graph.audit.paper.workbook_layout import KEYS, LAYOUT, META
from graph.audit.workbook.reading import Standing
from graph.settings import DEFAULT_BASE

IDS = f"{DEFAULT_BASE}id/"
RUN = "2019-11-19-board-0123abcd"
SHEET = "Reporting officer"

Cells = Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """A finding, its rule, and what somebody entered for it."""

    rule: Rule
    finding: Finding
    cells: Cells = field(default_factory=dict)


def asked(answers: Sequence[str], thing: str, cells: Cells, new_record: str = "") -> Asked:
    """Return a finding of a rule that the cells of some tables answer."""
    name = f"Rule-{answers[0]}"
    words = {"en": name}
    rule = Rule(
        name,
        f"urn:x:{name}",
        words,
        words,
        words,
        "A/1",
        words,
        "reporting-officer",
        "violation",
        None,
        (),
        tuple(answers),
        new_record,
    )
    iri = IDS + thing
    finding = Finding(
        finding_id(rule, iri, ""), name, "violation", iri, {}, "", (), (), rule.owner, "not-stated"
    )
    return Asked(rule, finding, cells)


def standing(several: Iterable[Asked], still_open: bool = True) -> Standing:
    """Return an audit that has these findings, and one of the present that still has them."""
    several = tuple(several)
    findings = {one.finding.id: one.finding for one in several}
    rules = {one.rule.id: one.rule for one in several}
    return Standing(rules, findings, findings if still_open else {})


def facts(content: str = "") -> dict[str, object]:
    """Return what the hidden sheet says."""
    return {
        "layout": LAYOUT,
        "run": RUN,
        "dataset": 1,
        "content": content,
        "profile": "board",
        "profile_version": "0" * 64,
        "language": "en",
        "taken": "2019-11-01T12:00:00+00:00",
    }


def book_of(several: Iterable[Asked], keys: Sequence[str] = KEYS) -> openpyxl.Workbook:
    """Return a workbook with one sheet of an owner; its columns are in the order of the keys."""
    book = openpyxl.Workbook()
    book.worksheets[0].title = "Summary"
    sheet = book.create_sheet(SHEET)
    sheet.append([key.upper() for key in keys])
    sheet.append(list(keys))
    sheet.row_dimensions[2].hidden = True
    meta = book.create_sheet(META)
    meta.sheet_state = "hidden"
    for name, fact in facts().items():
        meta.append((name, fact))
    meta.append(("findings",))
    for one in several:
        told = {"finding": one.finding.id, "rule": one.rule.id, "iri": one.finding.thing}
        sheet.append([{**told, **one.cells}.get(key) or None for key in keys])
        meta.append((SHEET, one.finding.owner, one.finding.id))
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    """Return the bytes of a workbook."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def written(
    several: Iterable[Asked],
    change: Callable[[openpyxl.Workbook], object] | None = None,
    keys: Sequence[str] = KEYS,
) -> bytes:
    """Return the bytes of a workbook that something was done to."""
    book = book_of(several, keys)
    if change:
        change(book)
    return saved(book)
