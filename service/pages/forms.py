"""The form of a question: one field a parameter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal as OneOf

from graph.errors import ParameterError
from graph.languages import Language, best
from graph.library.parameters import Choice, choices, fold
from graph.library.question import Library, Parameter
from graph.store.interface import ReadStore
from service.remembering import remembered

LONGEST_MENU = 200
"""Entries of the longest pick-list that is a menu; a longer one is a field with suggestions."""

_DEFAULT = re.compile(r"<(?P<iri>[^>]*)>|\"(?P<text>[^\"]*)\"|(?P<number>\d+)")


@dataclass(frozen=True)
class Words:
    """Words of the library; ``language`` is their tag where it is not that of the page."""

    text: str
    language: str = ""


@dataclass(frozen=True)
class Option:
    """One entry of a pick-list; ``value`` is what a request says for it."""

    value: str
    text: str
    language: str
    selected: bool


@dataclass(frozen=True)
class Field:
    """One field of a form; ``error`` says what is wrong with ``value``.

    ``optional`` is false for a parameter that always has a value: leaving it
    out would ask with its default, and not of everything. Nothing is asked
    without a ``required`` one.
    """

    name: str
    kind: OneOf["menu", "suggestions", "date", "number", "words"]
    label: Words
    value: str
    optional: bool
    required: bool
    options: tuple[Option, ...]
    error: str = ""


def words(texts: Mapping[str, str], spoken: Language) -> Words:
    """Return words in a language, else in English, else in any."""
    if not texts:
        return Words("")
    tongue = best(texts, spoken.code)
    return Words(texts[tongue], "" if tongue == spoken.code else tongue)


def form_fields(
    library: Library,
    parameters: Iterable[Parameter],
    given: Mapping[str, str],
    store: ReadStore,
    spoken: Language,
    error: ParameterError | None = None,
) -> tuple[Field, ...]:
    """Return a field for each parameter, filled with what was given.

    Args:
        library: The library that holds the pick-lists.
        parameters: The parameters, such as those of a question.
        given: Text by parameter, right or wrong.
        store: Where pick-lists are looked up.
        spoken: The language of the page.
        error: What is wrong with one of the values.
    """
    fields = []
    for parameter in parameters:
        offered = _offered(library, parameter, store, spoken)
        value = given.get(parameter.name, "").strip() or _default(parameter)
        fields.append(
            Field(
                parameter.name,
                _kind(parameter, len(offered)),
                words(parameter.label, spoken),
                value,
                not parameter.default,
                parameter.required,
                _options(offered, value, spoken),
                str(error) if error and error.parameter == parameter.name else "",
            )
        )
    return tuple(fields)


def _offered(
    library: Library, parameter: Parameter, store: ReadStore, spoken: Language
) -> tuple[Choice, ...]:
    """Return what a parameter may be set to; what was looked up is kept for the version."""
    look_up = partial(choices, library, parameter, store, spoken.code)
    if not parameter.picklist:
        return look_up()
    key = (store.version.content, "choices", parameter.picklist, spoken.code)
    return remembered().get(key, look_up)


def _kind(
    parameter: Parameter, offered: int
) -> OneOf["menu", "suggestions", "date", "number", "words"]:
    match parameter.type:
        case "date":
            return "date"
        case "integer":
            return "number"
        case "words":
            return "words"
        case _:
            return "menu" if offered <= LONGEST_MENU else "suggestions"


def _default(parameter: Parameter) -> str:
    """Return the value that holds without any, as a request would say it."""
    found = _DEFAULT.match(parameter.default)
    return (found[found.lastgroup] if found and found.lastgroup else "") or ""


def _options(offered: tuple[Choice, ...], value: str, spoken: Language) -> tuple[Option, ...]:
    wanted = fold(value)
    return tuple(
        Option(
            choice.code or choice.iri,
            choice.name,
            "" if choice.language in {"", spoken.code} else choice.language,
            bool(wanted) and any(fold(spelling) == wanted for spelling in choice.spellings()),
        )
        for choice in offered
    )
