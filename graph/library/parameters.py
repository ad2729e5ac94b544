"""From what a person writes for a parameter to the term that goes into the query."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from pyoxigraph import Literal, NamedNode

from graph.errors import ParameterError
from graph.languages import NAMES
from graph.library.question import Library, Parameter, Question, bind
from graph.store.interface import ReadStore
from graph.vocabulary import well_known

MAX_VALUE_LENGTH = 2_000
"""Characters of the value of a parameter."""

MAX_WORDS_LENGTH = 500
"""Characters of words that are searched for."""

_INTEGER = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True)
class Choice:
    """One entry of a pick-list: the thing, its short code, its name and the language of that.

    ``aliases`` are further spellings under which it is accepted.
    """

    iri: str
    code: str
    name: str
    language: str
    aliases: tuple[str, ...] = ()

    def spellings(self) -> Iterable[str]:
        """Yield everything that names the choice."""
        yield from (self.iri, self.code, self.name, *self.aliases)


def choices(
    library: Library, parameter: Parameter, store: ReadStore, language: str
) -> tuple[Choice, ...]:
    """Return what a parameter may be set to, in the order of its pick-list; empty without one."""
    if parameter.type == "language":
        return tuple(Choice("", code, name, code) for code, name in NAMES.items())
    if not parameter.picklist:
        return ()
    query = bind(library.picklists[parameter.picklist], {"lang": f'"{language}"'})
    found: dict[str, Choice] = {}
    for record in store.select(query).records():
        value, code, label = record["value"], record.get("code"), record.get("label")
        if not isinstance(value, NamedNode):
            continue
        alias = record.get("alias")
        aliases: tuple[str, ...] = (alias.value,) if isinstance(alias, Literal) else ()
        if value.value in found:
            old = found[value.value]
            aliases = old.aliases + aliases
            found[value.value] = Choice(old.iri, old.code, old.name, old.language, aliases)
            continue
        short = code.value if isinstance(code, Literal) else ""
        name = label.value if isinstance(label, Literal) else short or value.value
        tongue = (label.language or "") if isinstance(label, Literal) else ""
        found[value.value] = Choice(value.value, short, name, tongue, aliases)
    return tuple(found.values())


def resolve(
    library: Library,
    question: Question,
    given: Mapping[str, str],
    store: ReadStore,
    language: str,
) -> dict[str, str]:
    """Return the values of a request as terms in SPARQL's spelling, by parameter.

    Args:
        library: The library that holds the pick-lists.
        question: The question that is asked.
        given: Text by parameter; empty text counts as not given.
        store: Where pick-lists are looked up.
        language: Language of the request.

    Raises:
        ParameterError: If a name is no parameter of the question, or its text
            no value for it. A thing may be given by IRI, code, name in any
            language or alias, whatever its case.
    """
    return resolve_all(library, question.parameters, question.id, given, store, language)


def resolve_all(
    library: Library,
    parameters: Iterable[Parameter],
    title: str,
    given: Mapping[str, str],
    store: ReadStore,
    language: str,
) -> dict[str, str]:
    """Return the values of a request as ``resolve`` does, for parameters of anything.

    Args:
        library: The library that holds the pick-lists.
        parameters: What may be given.
        title: What has the parameters, as an error calls it.
        given: Text by parameter; empty text counts as not given.
        store: Where pick-lists are looked up.
        language: Language of the request.

    Raises:
        ParameterError: As ``resolve`` does.
    """
    known = {parameter.name: parameter for parameter in parameters}
    terms: dict[str, str] = {}
    for name, text in given.items():
        if name not in known:
            listed = ", ".join(known) or "no parameters"
            raise ParameterError(name, f"{title} has no parameter “{name}”; it has {listed}.")
        if not text.strip():
            continue
        if len(text) > MAX_VALUE_LENGTH:
            message = f"{name} has more than {MAX_VALUE_LENGTH:,} characters."
            raise ParameterError(name, message)
        term = _term(library, known[name], text.strip(), store, language)
        terms[name] = str(term)
    return terms


def _term(
    library: Library, parameter: Parameter, text: str, store: ReadStore, language: str
) -> NamedNode | Literal:
    match parameter.type:
        case "date":
            return _date(parameter, text)
        case "integer":
            if not _INTEGER.fullmatch(text):
                message = f"{parameter.name} must be a whole number, such as 2; it is “{text}”."
                raise ParameterError(parameter.name, message)
            return Literal(int(text))
        case "words":
            if len(text) > MAX_WORDS_LENGTH:
                message = f"{parameter.name} has more than {MAX_WORDS_LENGTH} characters."
                raise ParameterError(parameter.name, message)
            return Literal(text)
        case "language":
            if text not in NAMES:
                message = f"{parameter.name} must be one of {', '.join(NAMES)}; it is “{text}”."
                raise ParameterError(parameter.name, message)
            return Literal(text)
        case _:
            return chosen(parameter, text, choices(library, parameter, store, language))


def _date(parameter: Parameter, text: str) -> Literal:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        message = (
            f"{parameter.name} must be a date, year-month-day, such as 2019-11-19; it is “{text}”."
        )
        raise ParameterError(parameter.name, message)
    return Literal(text, datatype=well_known("xsd", "date"))


def chosen(parameter: Parameter, text: str, offered: tuple[Choice, ...]) -> NamedNode:
    """Return the choice that a text names in any of its spellings.

    Raises:
        ParameterError: If there is none; it says which come near.
    """
    wanted = fold(text)
    for choice in offered:
        if any(fold(spelling) == wanted for spelling in choice.spellings()):
            return NamedNode(choice.iri)
    names = {fold(spelling): choice for choice in offered for spelling in choice.spellings()}
    near = get_close_matches(wanted, names, 3, 0.5)
    hints = list(dict.fromkeys(names[spelling].code or names[spelling].name for spelling in near))
    if not hints:
        hints = [choice.code or choice.name for choice in offered[:5]]
    hint = f" Try {', or '.join(hints)}." if hints else " There is nothing to choose from yet."
    message = f"“{text}” is not known as a value of {parameter.name}.{hint}"
    raise ParameterError(parameter.name, message)


def fold(text: str) -> str:
    """Return a text as it is compared: no case, no accents, single spaces.

    Example:
        >>> fold("  CÔTE  d’Ivoire ")
        "cote d'ivoire"
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold()).replace("’", "'")
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(plain.split())
