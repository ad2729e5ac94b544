"""The question library: a page with a form for each question, and its answer as a file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for

from graph.errors import ParameterError
from graph.library.answer import Answer, ask
from graph.library.formats import answer_csv, answer_json
from graph.library.parameters import Choice, choices, fold, resolve
from graph.library.question import Library, Parameter, Question
from graph.store.interface import ReadStore
from service.dates import shown_date
from service.languages import Language, language
from service.names import best
from service.serving import library, reader
from service.tables import shown_answer
from service.wording import group_heading

LONGEST_SELECT = 200
"""Entries of the longest pick-list that is a menu; a longer one is a field with suggestions."""

blueprint = Blueprint("questions", __name__, url_prefix="/questions")


@dataclass(frozen=True)
class Words:
    """Words of the library in the language of the page, or marked with another."""

    text: str
    language: str


@dataclass(frozen=True)
class Field:
    """One field of the form of a question; ``error`` says what is wrong with its value."""

    parameter: Parameter
    label: Words
    value: str
    choices: tuple[Choice, ...]
    error: str = ""

    @property
    def kind(self) -> str:
        """How the field is shown: ``select``, ``suggest``, ``date`` or ``number``."""
        match self.parameter.type:
            case "date":
                return "date"
            case "integer":
                return "number"
            case _:
                return "select" if len(self.choices) <= LONGEST_SELECT else "suggest"


@dataclass(frozen=True)
class Listed:
    """A group of questions under its heading."""

    heading: str
    questions: tuple[tuple[Question, Words, Words], ...]


@blueprint.get("")
def index() -> str:
    """Show every question of the library, in groups."""
    return render_template("questions.html", groups=grouped(library(), language()))


@blueprint.get("/<identifier>")
def page(identifier: str) -> Response | str:
    """Show a question with its form and its answer."""
    question = library().find(identifier)
    store, spoken = reader(), language()
    try:
        given = _given()
        answer = ask(library(), identifier, given, store, spoken.code)
    except ParameterError as error:
        fields = _fields(question, request.args, store, spoken, error)
        page = _render(question, fields, problem=_unplaced(error, question))
        return make_response(page, 400)
    terms = resolve(library(), question, given, store, spoken.code)
    return _render(
        question,
        _fields(question, given, store, spoken),
        answer=answer,
        table=shown_answer(answer.table, store, spoken),
        sources=[(source, shown_date(source.date, spoken)) for source in answer.sources],
        query=question.bound(terms, spoken.code),
        files={
            name: url_for(f".{name}_file", identifier=identifier, **given | {"lang": spoken.code})
            for name in ("csv", "json")
        },
    )


@blueprint.get("/<identifier>.csv")
def csv_file(identifier: str) -> Response:
    """Send the answer as CSV, columns as the contract orders them.

    Source:
        RFC 4180, section 3, for ``header``.
    """
    answer = _answer(identifier)
    return _file(answer_csv(answer.table), "text/csv; charset=utf-8; header=present", f"{identifier}.csv")


@blueprint.get("/<identifier>.json")
def json_file(identifier: str) -> Response:
    """Send the answer as JSON, with its sources and the version of the data."""
    return _file(answer_json(_answer(identifier)), "application/json", f"{identifier}.json")


def grouped(questions: Library, spoken: Language) -> tuple[Listed, ...]:
    """Return the questions in their order, under the headings of their groups."""
    found: dict[str, list[tuple[Question, Words, Words]]] = {}
    for question in questions.questions.values():
        entry = (question, words(question.title, spoken), words(question.explanation, spoken))
        found.setdefault(question.group, []).append(entry)
    return tuple(Listed(group_heading(name), tuple(entries)) for name, entries in found.items())


def words(texts: Mapping[str, str], spoken: Language) -> Words:
    """Return words of the library in a language, else in English, marked if they are not in it."""
    if not texts:
        return Words("", "")
    tongue = best(texts, spoken.code)
    return Words(texts[tongue], "" if tongue == spoken.code else tongue)


def _answer(identifier: str) -> Answer:
    return ask(library(), identifier, _given(), reader(), language().code)


def _given() -> dict[str, str]:
    """Return the parameters of the request.

    Raises:
        ParameterError: If one is given twice.
    """
    given: dict[str, str] = {}
    for name, texts in request.args.lists():
        if name == "lang":
            continue
        if len(texts) > 1:
            raise ParameterError(name, f"{name} is given {len(texts)} times; give it once.")
        given[name] = texts[0]
    return {name: text for name, text in given.items() if text.strip()}


def _file(text: str, media_type: str, name: str) -> Response:
    response = make_response(text)
    response.headers["Content-Type"] = media_type
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
