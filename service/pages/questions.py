"""The question library: a page with a form for each question, and its answer as a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template, request, url_for

from graph.dates import shown_date
from graph.errors import ParameterError
from graph.languages import Language
from graph.library.answer import Answer, ask, bound_terms
from graph.library.formats import answer_csv, answer_json
from graph.library.question import Library, Question
from service.addresses import addresses
from service.languages import language
from service.pages.forms import Words, form_fields, words
from service.pages.tables import shown_answer
from service.pages.wording import group_heading
from service.searching import find_words
from service.serving import library, reader

blueprint = Blueprint("questions", __name__, url_prefix="/questions")


@dataclass(frozen=True)
class Entry:
    """A question in a list."""

    id: str
    title: Words
    explanation: Words


@dataclass(frozen=True)
class Group:
    """Questions under their heading, in their order."""

    heading: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Coverage:
    """A document that an answer rests on, its address and its date in words."""

    cited: str
    href: str
    date: str


@blueprint.get("")
def index() -> str:
    """Show every question of the library, in groups."""
    return render_template("questions.html", groups=question_groups(library(), language()))


@blueprint.get("/<identifier>")
def page(identifier: str) -> Response | str:
    """Show a question with its form and its answer."""
    question = library().find(identifier)
    try:
        given = _given()
        answer = ask(library(), identifier, given, reader(), language().code, find_words)
    except ParameterError as error:
        return make_response(_page(question, request.args, error=error), 400)
    return _page(question, given, answer=answer)


@blueprint.get("/<identifier>.csv")
def csv_file(identifier: str) -> Response:
    """Send the answer as CSV, with the columns in the order of the contract.

    Source:
        RFC 4180, section 3, for the parameter ``header``.
    """
    text = answer_csv(_answer(identifier).table)
    return _file(text, "text/csv; charset=utf-8; header=present", f"{identifier}.csv")


@blueprint.get("/<identifier>.json")
def json_file(identifier: str) -> Response:
    """Send the answer as JSON, with its sources and the version of the data."""
    return _file(answer_json(_answer(identifier)), "application/json", f"{identifier}.json")


def question_groups(questions: Library, spoken: Language) -> tuple[Group, ...]:
    """Return the questions under the headings of their groups, groups by their first question."""
    found: dict[str, list[Entry]] = {}
    for question in questions.questions.values():
        entry = Entry(
            question.id, words(question.title, spoken), words(question.explanation, spoken)
        )
        found.setdefault(question.group, []).append(entry)
    return tuple(Group(group_heading(name), tuple(entries)) for name, entries in found.items())


def _page(
    question: Question,
    given: Mapping[str, str],
    answer: Answer | None = None,
    error: ParameterError | None = None,
) -> str:
    store, spoken = reader(), language()
    facts: dict[str, object] = {}
    if answer:
        terms = bound_terms(library(), question, given, store, spoken.code, find_words)
        facts = {
            "answer": answer,
            "table": shown_answer(answer.table, store, spoken),
            "coverage": _coverage(answer, spoken),
            "query": question.bound(terms, spoken.code),
            "csv": _file_address("csv", question, given, spoken),
            "json": _file_address("json", question, given, spoken),
        }
    return render_template(
        "question.html",
        question=question,
        title=words(question.title, spoken),
        explanation=words(question.explanation, spoken),
        group=group_heading(question.group),
        fields=form_fields(library(), question, given, store, spoken, error),
        error=error,
        **facts,
    )


def _coverage(answer: Answer, spoken: Language) -> tuple[Coverage, ...]:
    return tuple(
        Coverage(source.cited_as, addresses().href(source.iri), shown_date(source.date, spoken))
        for source in answer.sources
    )


def _file_address(
    suffix: str, question: Question, given: Mapping[str, str], spoken: Language
) -> str:
    """Return the address at which the same answer is a file, whoever asks."""
    values: dict[str, str] = {**given, "lang": spoken.code, "identifier": question.id}
    return url_for(f"questions.{suffix}_file", **values)  # type: ignore[arg-type]


def _answer(identifier: str) -> Answer:
    return ask(library(), identifier, _given(), reader(), language().code, find_words)


def _given() -> dict[str, str]:
    """Return the parameters of the request that have a value.

    Raises:
        ParameterError: If one is given twice.
    """
    given: dict[str, str] = {}
    for name, texts in request.args.lists():
        if len(texts) > 1:
            raise ParameterError(name, f"{name} is given {len(texts)} times; give it once.")
        if name != "lang" and texts[0].strip():
            given[name] = texts[0]
    return given


def _file(text: str, media_type: str, name: str) -> Response:
    response = make_response(text)
    response.headers["Content-Type"] = media_type
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
