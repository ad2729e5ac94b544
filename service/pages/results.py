"""What was found, in the words of a language: for the page, and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from babel.numbers import format_decimal

from graph.languages import NAMES, Language, noted
from graph.search.model import DIMENSIONS, Entry, Facet, Found, Hit, Snippet
from graph.search.snippets import shown
from graph.store.interface import ReadStore, Version
from service.addresses import addresses
from service.languages import gettext
from service.pages.asked import Asked, short
from service.pages.cells import Cell, name_cell
from service.pages.names import Name, names

_HEADINGS = {
    "kind": noted("Kind"),
    "body": noted("Body"),
    "year": noted("Year"),
    "agency": noted("Agency"),
    "country": noted("Country"),
    "language": noted("Language of the text"),
}


@dataclass(frozen=True)
class Result:
    """One hit: where it leads, what it is, and the words around what was found.

    ``languages`` are the tags of the languages in which it was found, if none of
    them is that of the page; ``repeats`` says that the snippet is the name.
    """

    href: str
    name: Snippet
    kind: Cell
    snippet: Snippet
    repeats: bool
    act: Cell | None
    document: str
    paragraph: str
    languages: tuple[str, ...]


@dataclass(frozen=True)
class Value:
    """A value to narrow down to; ``href`` leads there, or back from it if it is ``chosen``."""

    name: Cell
    shown: str
    href: str
    chosen: bool


@dataclass(frozen=True)
class Dimension:
    """By what hits can be narrowed down, in words."""

    heading: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Results:
    """One page of results in words; ``pages`` counts pages, addresses are empty at the ends."""

    count: str
    results: tuple[Result, ...]
    acts: tuple[Cell, ...]
    dimensions: tuple[Dimension, ...]
    pages: int
    previous: str
    next: str
    names: Mapping[str, Name]


def read_results(found: Found, asked: Asked, store: ReadStore, language: Language) -> Results:
    """Return what was found in the words of a language."""
    wanted = {hit.entry.kind for hit in found.hits} - {""}
    wanted |= {facet.value for facet in found.facets if facet.dimension not in {"year", "language"}}
    named = names(wanted, store, language.code)
    pages = -(-found.count // asked.size)
    return Results(
        format_decimal(found.count, locale=language.locale),
        tuple(_result(hit, named, language) for hit in found.hits),
        tuple(_act(act, language) for act in found.acts),
        tuple(_dimensions(found, asked, named, language)),
        pages,
        asked.address(page=str(asked.page - 1)) if 1 < asked.page <= pages + 1 else "",
        asked.address(page=str(asked.page + 1)) if asked.page < pages else "",
        named,
    )


def results_json(
    results: Results, found: Found, asked: Asked, version: Version
) -> dict[str, object]:
    """Return a page of results as a JSON object; facets have the values that addresses take."""
    facets: dict[str, list[dict[str, object]]] = {}
    for facet in found.facets:
        value = _facet_value(facet)
        name = results.names.get(facet.value)
        entry = {"value": value, "name": name.text if name else value, "count": facet.count}
        facets.setdefault(facet.dimension, []).append(entry)
    return {
        "query": asked.text,
        "version": {"number": version.number, "content": version.content or None},
        "count": found.count,
        "words": "any" if found.loosely else "all",
        "page": asked.page,
        "pages": results.pages,
        "acts": [{"iri": act.iri, "symbol": act.act_symbol} for act in found.acts],
        "hits": [_hit_json(hit, results.names) for hit in found.hits],
        "facets": facets,
    }


def suggestions_json(
    text: str, hits: Iterable[Hit], store: ReadStore, language: Language
) -> dict[str, object]:
    """Return suggestions as a JSON object."""
    listed = [hit for hit in hits if addresses().href(hit.entry.iri)]
    named = names({hit.entry.kind for hit in listed} - {""}, store, language.code)
    return {
        "query": text,
        "suggestions": [
            {
                "name": hit.name.text,
                "language": hit.name.language or None,
                "kind": named[hit.entry.kind].text if hit.entry.kind else None,
                "symbol": hit.entry.act_symbol if hit.entry.act == hit.entry.iri else None,
                "href": addresses().href(hit.entry.iri),
            }
            for hit in listed
        ],
    }


def _result(hit: Hit, named: Mapping[str, Name], language: Language) -> Result:
    entry = hit.entry
    tags = tuple(tag for tag in hit.languages if tag)
    is_act = entry.act == entry.iri
    return Result(
        addresses().href(entry.iri) or entry.iri,
        hit.name,
        name_cell(entry.kind, named.get(entry.kind), language) if entry.kind else Cell(""),
        hit.snippet,
        hit.snippet.text == hit.name.text,
        name_cell(entry.act, Name(entry.act_symbol), language)
        if entry.act_symbol and not (is_act and entry.act_symbol in hit.name.text)
        else None,
        entry.document if entry.document != entry.act_symbol else "",
        entry.paragraph,
        () if language.code in tags else tags,
    )


def _act(act: Entry, language: Language) -> Cell:
    name = shown(act.texts, language.code)
    named = Name(name.text, name.language) if name else Name(act.act_symbol)
    return name_cell(act.iri, named, language)


def _dimensions(
    found: Found, asked: Asked, named: Mapping[str, Name], language: Language
) -> Iterable[Dimension]:
    chosen: dict[str, str] = {"language": asked.tongue}
    chosen |= asked.narrowed.items()
    for dimension in (*DIMENSIONS, "language"):
        facets = [facet for facet in found.facets if facet.dimension == dimension]
        parameter = "in" if dimension == "language" else dimension
        values = tuple(
            Value(
                _value_cell(facet, named, language),
                format_decimal(facet.count, locale=language.locale),
                asked.address(**{parameter: "" if facet.value == chosen.get(dimension) else value}),
                facet.value == chosen.get(dimension),
            )
            for facet in facets
            for value in (_facet_value(facet),)
        )
        if values:
            yield Dimension(gettext(_HEADINGS[dimension]), values)


def _value_cell(facet: Facet, named: Mapping[str, Name], language: Language) -> Cell:
    if facet.dimension == "language":
        own = facet.value == language.code
        return Cell(NAMES[facet.value], language="" if own else facet.value)
    if facet.dimension == "year":
        return Cell(facet.value)
    return name_cell(facet.value, named.get(facet.value), language)


def _facet_value(facet: Facet) -> str:
    return facet.value if facet.dimension in {"year", "language"} else short(facet.value)


def _hit_json(hit: Hit, named: Mapping[str, Name]) -> dict[str, object]:
    entry = hit.entry
    kind = named.get(entry.kind)
    return {
        "thing": entry.iri,
        "kind": entry.kind or None,
        "kindName": kind.text if kind else None,
        "name": hit.name.text,
        "nameLanguage": hit.name.language or None,
        "snippet": hit.snippet.text,
        "snippetLanguage": hit.snippet.language or None,
        "marked": [piece.text for piece in hit.snippet.pieces if piece.marked],
        "languages": [tag for tag in hit.languages if tag],
        "act": entry.act or None,
        "actSymbol": entry.act_symbol or None,
        "document": entry.document or None,
        "paragraph": entry.paragraph or None,
    }
