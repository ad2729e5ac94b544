"""A ready question: a SPARQL file whose head says in words what it asks.

The head is TOML in comment lines that begin with ``#+``; what follows is a
query that runs unchanged on any SPARQL 1.1 engine. A parameter is a line
``VALUES ?name { UNDEF }`` (or with a default in the place of UNDEF) in which
the value is put when the question is asked; the line is left out when there is
none.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal as OneOf

from graph.errors import UnknownQuestionError
from graph.resources import folder, texts

ParameterType = OneOf["thing", "concept", "date", "integer", "words", "language"]
Words = Mapping[str, str]

_VALUES = re.compile(
    r"^[ \t]*VALUES (?:\?|\((?=\?))(?P<name>(?:\w+)|(?:\?\w+ ?)+)\)? "
    r"\{ (?P<value>.*?) \}[ \t]*\n",
    re.MULTILINE,
)
_UNBOUND = re.compile(r"\(?(UNDEF ?)+\)?")


@dataclass(frozen=True)
class Parameter:
    """One thing a question may be asked with; ``label`` holds words by language.

    ``default`` is the value in SPARQL that holds when none is given, empty if
    the question is then asked of everything; a ``required`` parameter must be
    given. ``picklist`` names the query that lists what may be chosen, for things
    and concepts.
    """

    name: str
    type: ParameterType
    label: Words
    picklist: str = ""
    default: str = ""
    required: bool = False

    @property
    def option(self) -> str:
        """The name on the command line: ``asOf`` is ``as-of`` there."""
        return re.sub(r"(?<=[a-z])([A-Z])", r"-\1", self.name).lower()


@dataclass(frozen=True)
class Question:
    """One question of the library; words are by language, columns in the contract's order."""

    id: str
    order: int
    group: str
    title: Words
    explanation: Words
    keywords: tuple[str, ...]
    chart: str
    parameters: tuple[Parameter, ...]
    query: str

    def bound(self, values: Mapping[str, str], language: str) -> str:
        """Return the query with values in it.

        Args:
            values: RDF terms in SPARQL's own spelling, by parameter. They are
                put in as they are: only ``graph.library.parameters`` makes them.
            language: Code of the language that names are wanted in.
        """
        return bind(self.query, dict(values) | {"lang": f'"{language}"'})


@dataclass(frozen=True)
class Library:
    """All questions in their order, and the pick-lists of their parameters."""

    questions: Mapping[str, Question]
    picklists: Mapping[str, str]

    def find(self, identifier: str) -> Question:
        """Return the question with that identifier.

        Raises:
            UnknownQuestionError: If there is none; it names the nearest.
        """
        if identifier in self.questions:
            return self.questions[identifier]
        near = get_close_matches(identifier, self.questions, 3, 0.4)
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        raise UnknownQuestionError(f"There is no question “{identifier}”.{hint}")


def bind(query: str, values: Mapping[str, str]) -> str:
    r"""Return a query with terms in its VALUES lines; lines that stay UNDEF are left out.

    A line with several variables is known by all of them: ``"?a ?b"``.

    Example:
        >>> bind("ASK {\n  VALUES ?a { UNDEF }\n  VALUES ?b { 2 }\n}", {"a": "<urn:x>"})
        'ASK {\n  VALUES ?a { <urn:x> }\n  VALUES ?b { 2 }\n}'
        >>> bind("ASK {\n  VALUES ?a { UNDEF }\n}", {})
        'ASK {\n}'
    """

    def put(match: re.Match[str]) -> str:
        value = values.get(match["name"], match["value"])
        if _UNBOUND.fullmatch(value):
            return ""
        line = match.group()
        start, end = match.span("value")
        return line[: start - match.start()] + value + line[end - match.start() :]

    return _VALUES.sub(put, query)


def read_library() -> Library:
    """Return the questions that ship with the package."""
    found = texts(folder("graph", "questions"), ".rq")
    picklists = {
        name.removeprefix("picklists/"): text
        for name, text in found.items()
        if name.startswith("picklists/")
    }
    questions = [
        _read(name, text) for name, text in found.items() if not name.startswith("picklists/")
    ]
    questions.sort(key=lambda question: (question.order, question.id))
    return Library({question.id: question for question in questions}, picklists)


def _read(identifier: str, text: str) -> Question:
    lines = text.splitlines(keepends=True)
    head = "".join(line[2:].removeprefix(" ") for line in lines if line.startswith("#+"))
    query = "".join(line for line in lines if not line.startswith("#+")).lstrip()
    document = tomllib.loads(head)
    defaults = {match["name"]: match["value"] for match in _VALUES.finditer(query)}
    parameters = tuple(
        Parameter(name=name, default=defaults[name].replace("UNDEF", ""), **entry)
        for name, entry in document.pop("parameters", {}).items()
    )
    document["keywords"] = tuple(document["keywords"])
    return Question(id=identifier, query=query, parameters=parameters, **document)
