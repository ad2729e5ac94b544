"""How one term of the graph looks on a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal as OneOf

from pyoxigraph import Literal, NamedNode

from graph.dates import shown_date, shown_number
from graph.languages import NAMES, Language
from graph.store.interface import Term
from graph.vocabulary import PREFIXES
from service.addresses import addresses
from service.languages import gettext
from service.pages.names import Name
from service.pages.wording import short_name

Look = OneOf["text", "number", "date", "iri", "gap", "empty"]

_XSD = PREFIXES["xsd"]
_NUMBERS = {_XSD + name for name in ("integer", "decimal", "double", "float")}
_RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}


@dataclass(frozen=True)
class Cell:
    """A value ready to be shown; a ``gap`` says in brackets that there is none.

    ``language`` is the tag of a text whose language is not that of the page,
    and is then shown beside it. ``href`` leads to the page about the value;
    ``foreign`` says that this is on another server. ``value`` is the value as
    the data write it, for dates and numbers. ``after`` stands between it and
    the next value of the same cell of a table.
    """

    text: str
    look: Look = "text"
    href: str = ""
    foreign: bool = False
    language: str = ""
    value: str = ""
    after: str = "; "

    @property
    def direction(self) -> str:
        """The direction of the text, where its language differs from that of the page."""
        return "rtl" if self.language.partition("-")[0] in _RIGHT_TO_LEFT else "ltr"


EMPTY = Cell("", "empty")


def name_cell(iri: str, name: Name | None, language: Language) -> Cell:
    """Return the cell of a thing: its name, which leads to its page."""
    name = name or Name(short_name(iri))
    href = addresses().href(iri)
    foreign = not href and iri.startswith(("http://", "https://"))
    # A short name has a colon, and most names do not.
    look: Look = "iri" if ":" in name.text and name.text == short_name(iri) else "text"
    return Cell(
        name.text, look, href or (iri if foreign else ""), foreign, _marked(name.language, language)
    )


def term_cell(
    term: Term | None, names: Mapping[str, Name], language: Language, precision: str = "day"
) -> Cell:
    """Return the cell of any term.

    Args:
        term: The term; ``None`` gives an empty cell.
        names: Names by IRI.
        language: The language of the page.
        precision: How exact a date is; see ``graph.dates.shown_date``.
    """
    if term is None:
        return EMPTY
    if isinstance(term, NamedNode):
        return name_cell(term.value, names.get(term.value), language)
    if not isinstance(term, Literal):
        return Cell(str(term), "iri")
    if term.language:
        return Cell(term.value, language=_marked(term.language, language))
    datatype = term.datatype.value
    if datatype in _NUMBERS and _is_plain_number(term.value):
        return Cell(shown_number(term.value, language), "number", value=term.value)
    if datatype == _XSD + "boolean":
        return Cell(gettext("Yes") if term.value == "true" else gettext("No"))
    if datatype == _XSD + "date":
        return Cell(shown_date(term.value, language, precision), "date", value=term.value)
    return Cell(term.value)


def _marked(tag: str, language: Language) -> str:
    """Return a language tag if it is to be shown, which that of the page is not."""
    return "" if tag == language.code else tag


def _is_plain_number(text: str) -> bool:
    return text.lstrip("+-").replace(".", "", 1).isdigit()


def language_name(tag: str) -> str:
    """Return a language's own name, or its tag.

    Example:
        >>> language_name("fr")
        'Français'
    """
    return NAMES.get(tag, tag)
