"""What the index holds of a thing, and what a search is asked and answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal as OneOf

Field = OneOf["symbol", "label", "name", "text"]
Dimension = OneOf["kind", "body", "year", "agency", "country"]

DIMENSIONS: tuple[Dimension, ...] = ("kind", "body", "year", "agency", "country")
"""By what hits can be narrowed down, besides the language of the text, in the order shown."""


@dataclass(frozen=True)
class Text:
    """A text of a thing as the graph has it; ``language`` is its tag, empty if it has none.

    A ``symbol`` names the thing in any language, the ``label`` is its first name,
    a ``name`` another one, anything else is ``text``.
    """

    field: Field
    language: str
    text: str


@dataclass(frozen=True)
class Entry:
    """What the index holds of one thing.

    ``kind`` is the IRI of its narrowest class. ``act`` is the IRI of the act it
    belongs to, ``act_symbol`` the form this is cited in; ``document`` and
    ``paragraph`` say where its text is stated. All are empty where there is none.
    ``facets`` are pairs of dimension and value, ``keys`` those of
    ``graph.search.symbols``, and ``sort`` puts equals in order.
    """

    iri: str
    kind: str
    texts: tuple[Text, ...]
    act: str = ""
    act_symbol: str = ""
    document: str = ""
    paragraph: str = ""
    facets: tuple[tuple[Dimension, str], ...] = ()
    keys: tuple[str, ...] = ()
    sort: str = ""


@dataclass(frozen=True)
class Request:
    """What is searched for.

    Args:
        text: Words, in any language; what is written in operators of any query
            language is words, too.
        language: Code of the language that names are wanted in; texts in it come
            before others that fit as well.
        tongue: Code of the only language whose texts are looked at; empty for all.
        narrowed: Values by dimension, one each.
        page: Counts from 1.
        size: Hits on a page.
    """

    text: str
    language: str = "en"
    tongue: str = ""
    narrowed: Mapping[Dimension, str] = field(default_factory=dict)
    page: int = 1
    size: int = 20


@dataclass(frozen=True)
class Piece:
    """A part of a snippet; ``marked`` if it is a word that was searched for."""

    text: str
    marked: bool = False


@dataclass(frozen=True)
class Snippet:
    """Some words around what was found, from the text as it stands in the graph."""

    pieces: tuple[Piece, ...]
    language: str

    @property
    def text(self) -> str:
        """The snippet without marks."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True)
class Hit:
    """One thing that was found, its name in the language asked for or the next best, marked.

    ``languages`` are the tags of the languages in which a text fits; ``best`` is the
    text that fits best, of which the snippet is a part.
    """

    entry: Entry
    name: Snippet
    snippet: Snippet
    languages: tuple[str, ...]
    best: Text | None = None


@dataclass(frozen=True)
class Facet:
    """How many of the hits have one value of a dimension, or a text in one language."""

    dimension: str
    value: str
    count: int


@dataclass(frozen=True)
class Found:
    """One page of what was found.

    ``loosely`` says that no thing has all the words, and that these have some.
    ``acts`` are what is meant if the text is a citation. ``truncated`` says that
    the text held more words than are looked at.
    """

    count: int
    hits: tuple[Hit, ...]
    facets: tuple[Facet, ...]
    acts: tuple[Entry, ...]
    loosely: bool = False
    truncated: bool = False
