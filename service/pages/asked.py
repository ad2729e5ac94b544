"""What an address of the search asks for, and the addresses of other pages of the same search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request, url_for

from graph.errors import ParameterError
from graph.search.model import DIMENSIONS, Dimension
from graph.vocabulary import LANGUAGES, PREFIXES
from service.addresses import addresses
from service.pages.wording import short_name

SIZE = 20
"""Hits on a page."""

MOST_PAGES = 10_000

_NAMES = {*DIMENSIONS, "q", "in", "page", "all", "lang"}


@dataclass(frozen=True)
class Asked:
    """A search as the address has it.

    ``narrowed`` are IRIs and years by dimension, ``tongue`` is the only language
    whose texts are looked at; ``all_wanted`` says that an act that the text cites
    is to be found like everything else.
    """

    text: str
    narrowed: Mapping[Dimension, str]
    tongue: str = ""
    page: int = 1
    size: int = SIZE
    all_wanted: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether nothing is asked for but words."""
        return not (self.narrowed or self.tongue or self.all_wanted or self.page > 1)

    def address(self, **changed: str) -> str:
        """Return the address of the same search with other values, its first page.

        Args:
            changed: Values by name; empty ones are left out.
        """
        narrowed: dict[str, str] = {name: short(value) for name, value in self.narrowed.items()}
        values = {
            "q": self.text,
            **narrowed,
            "in": self.tongue,
            "all": "1" if self.all_wanted else "",
            **changed,
        }
        fields = {name: value for name, value in values.items() if value}
        return url_for("search.page", **fields)  # type: ignore[arg-type]

    def file(self) -> str:
        """Return the address at which the same page of results is JSON."""
        _, _, query = self.address(page=str(self.page)).partition("?")
        return f"{url_for('search.json_file', lang=None)}?{query}"


def read_asked() -> Asked:
    """Return what the request asks for.

    Raises:
        ParameterError: If a parameter is unknown, given twice, or has a value that
            it cannot have.
    """
    for name, texts in request.args.lists():
        if name not in _NAMES:
            known = ", ".join(sorted(_NAMES))
            raise ParameterError(name, f"There is no parameter “{name}”; there are {known}.")
        if len(texts) > 1:
            raise ParameterError(name, f"{name} is given {len(texts)} times; give it once.")
    given = request.args
    tongue = given.get("in", "")
    if tongue not in {"", *LANGUAGES}:
        raise ParameterError("in", f"in must be one of {', '.join(LANGUAGES)}.")
    narrowed = {name: long(given[name]) for name in DIMENSIONS if given.get(name)}
    return Asked(given.get("q", ""), narrowed, tongue, _page(), all_wanted="all" in given)


def short(value: str) -> str:
    """Return an IRI as it stands in an address: without what all have in common."""
    prefix = f"{addresses().base}id/"
    return value.removeprefix(prefix) if value.startswith(prefix) else short_name(value)


def long(text: str) -> str:
    """Return what ``short`` made of an IRI as IRI; a year stays as it is."""
    prefix, colon, name = text.partition(":")
    if colon and prefix in PREFIXES:
        return PREFIXES[prefix] + name
    return f"{addresses().base}id/{text}" if "/" in text and not colon else text


def _page() -> int:
    text = request.args.get("page", "1")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= 6 else 0
    if not 1 <= number <= MOST_PAGES:
        raise ParameterError("page", f"page must be a whole number from 1 on; it is “{text}”.")
    return number
