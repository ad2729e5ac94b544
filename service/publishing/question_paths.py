"""The questions of the library as paths of their own, with what their parameters may be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graph.library.parameters import choices
from graph.library.question import Library, Parameter, Question
from graph.store.interface import ReadStore

MAX_LISTED = 300
"""How many values of a parameter are listed; of longer lists only the first are shown."""

_EVERYTHING = "things"
"""The pick-list of all things there are, which is not looked up for being too long."""

_EXAMPLES = 5
_LANGUAGE = "en"
_GIVES: Mapping[str, Mapping[str, Any]] = {
    "": {"gives": ["page"]},
    ".csv": {"gives": ["csv"]},
    ".json": {"gives": ["json"], "schema": "Answer"},
    ".xlsx": {"gives": ["xlsx"]},
}

Object = dict[str, Any]
Operation = Callable[[Mapping[str, Any], str, list[Object]], Object]


def question_paths(
    library: Library, store: ReadStore, operation: Operation, things: Sequence[str]
) -> dict[str, Object]:
    """Return a path item for each question and form of answer.

    Args:
        library: The questions.
        store: Where the values of parameters are looked up.
        operation: Puts together what a method does.
        things: The names of all things.
    """
    lists: dict[str, tuple[str, ...]] = {_EVERYTHING: ()}
    found: dict[str, Object] = {}
    for question in library.questions.values():
        for parameter in question.parameters:
            if parameter.picklist and parameter.picklist not in lists:
                lists[parameter.picklist] = _values(library, parameter, store)
        fields = [_field(parameter, lists, things) for parameter in question.parameters]
        for suffix, gives in _GIVES.items():
            said = {"summary": question.title[_LANGUAGE], "query": ["lang"], **gives}
            done = operation(said, "Questions", fields)
            done |= {
                "description": question.explanation[_LANGUAGE],
                "operationId": _identifier(question, suffix),
            }
            found[f"/questions/{question.id}{suffix}"] = {"get": done}
    return found


def _identifier(question: Question, suffix: str) -> str:
    return f"{question.id}{suffix.replace('.', '-')}"


def _values(library: Library, parameter: Parameter, store: ReadStore) -> tuple[str, ...]:
    offered = choices(library, parameter, store, _LANGUAGE)
    return tuple(dict.fromkeys(choice.code or choice.iri for choice in offered))


def _field(
    parameter: Parameter, lists: Mapping[str, tuple[str, ...]], things: Sequence[str]
) -> Object:
    values = lists.get(parameter.picklist, ())
    examples = things if parameter.picklist == _EVERYTHING else values
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": parameter.label[_LANGUAGE],
        "schema": _schema(parameter, values, list(examples[:_EXAMPLES])),
    }


def _schema(parameter: Parameter, values: tuple[str, ...], examples: list[str]) -> Object:
    match parameter.type:
        case "integer":
            return {"type": "integer", "minimum": 0, "maximum": 999_999, "examples": [2]}
        case "date":
            return {"type": "string", "format": "date", "examples": ["2019-11-19"]}
        case _:
            schema: Object = {"type": "string", "examples": examples}
            if values and len(values) <= MAX_LISTED:
                schema["enum"] = list(values)
            return schema
