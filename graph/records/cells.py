"""What is written in one cell: values, or a reserved word for not knowing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from graph.identifiers import key_problem
from graph.records.schema import Column

RESERVED = {
    "(none)": "known-absent",
    "(not stated)": "not-stated",
    "(not captured)": "not-captured",
    "(could not judge)": "could-not-judge",
}
"""The four states of not knowing, as a maintainer writes them, and the concepts they are."""

# In any language: a reserved word that somebody translated is no value.
_BRACKETED = re.compile(r"[(（][^()（）\d]*[)）]")
_PARAGRAPH = re.compile(r"[0-9]+[a-z]?(/[a-z0-9]+)*")
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True)
class Value:
    """One value of a cell, checked and in its written form; ``language`` for text only."""

    text: str
    language: str = ""


@dataclass(frozen=True)
class Unknown:
    """A reserved cell; ``state`` is a notation of the scheme of gaps."""

    state: str


@dataclass(frozen=True)
class CellProblem(Exception):  # noqa: N818 - becomes a Fault, which knows the place
    """What is wrong with a value and what to write instead."""

    value: str
    message: str


def parse_cell(column: Column, text: str, language: str = "") -> tuple[Value, ...] | Unknown:
    """Return the values of a cell in the order written.

    Args:
        column: What the cell must hold.
        text: The cell, without spaces around it, not empty.
        language: Code of the language that the header names, for text.

    Raises:
        CellProblem: If the cell holds anything else. References and concepts
            are looked at for their form only: what they name is checked with
            all tables at hand.
    """
    if text in RESERVED:
        if column.gap:
            return Unknown(RESERVED[text])
        raise CellProblem(text, f"the column {column.name} must say something; write a value")
    if _BRACKETED.fullmatch(text) and column.gap:
        words = ", ".join(RESERVED)
        raise CellProblem(text, f"is no reserved word; write a value or one of {words}")
    parts = [part.strip() for part in text.split(";")] if column.many else [text]
    if "" in parts:
        raise CellProblem(text, "has an empty place between semicolons; take it out")
    if repeated := next((part for part in parts if parts.count(part) > 1), None):
        raise CellProblem(repeated, "stands twice in the cell; write it once")
    for part in parts:
        if problem := _problem(column, part):
            raise CellProblem(part, problem)
    return tuple(Value(part, language) for part in parts)


def parse_paragraphs(text: str) -> tuple[str, ...]:
    """Return the paragraph numbers of a ``paragraph`` cell; none for the whole document.

    Raises:
        CellProblem: If one is not a number such as ``3`` or ``1/a``.
    """
    numbers = tuple(part.strip() for part in text.split(";")) if text else ()
    for number in numbers:
        if not _PARAGRAPH.fullmatch(number):
            raise CellProblem(number, "is no paragraph; write its number, such as 3 or 1/a")
    return numbers


def _problem(column: Column, text: str) -> str | None:
    match column.type:
        case "key" | "reference":
            return key_problem(text)
        case "date":
            return _date_problem(text)
        case "decimal":
            return _decimal_problem(text)
        case "iri":
            return _address_problem(text)
        case "choice":
            return _choice_problem(text, column.choices)
        case "class":
            return _choice_problem(text, tuple(column.classes))
        case "paragraph":
            good = _PARAGRAPH.fullmatch(text)
            return None if good else "is no paragraph; write its number, such as 3 or 1/a"
        case _:
            return _pattern_problem(column, text)


def _date_problem(text: str) -> str | None:
    try:
        if date.fromisoformat(text).isoformat() == text:
            return None
    except ValueError:
        pass
    return "is no date; write year-month-day, such as 2019-05-31"


def _decimal_problem(text: str) -> str | None:
    try:
        if _DECIMAL.fullmatch(text) and Decimal(text).is_finite():
            return None
    except InvalidOperation:
        pass
    return "is no number; write digits with a full stop for decimals, such as 1858000.50"


def _address_problem(text: str) -> str | None:
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    forbidden = re.search(r'[\s<>"{}|\\^`]', text)
    if parts.scheme in {"http", "https"} and parts.netloc and not forbidden:
        return None
    return "is no web address; write one that begins with https://"


def _choice_problem(text: str, choices: tuple[str, ...]) -> str | None:
    return None if text in choices else f"is not known here; write one of {', '.join(choices)}"


def _pattern_problem(column: Column, text: str) -> str | None:
    if column.pattern and not re.fullmatch(column.pattern, text):
        return f"does not have the form {column.pattern}; write it like {column.example}"
    if "\ufffd" in text or any(ord(character) < 32 for character in text):
        return "holds characters that were lost or cannot be shown; type the text again"
    return None
