"""Two languages on one page: that of the interface, and the one in which data are preferred."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph.languages import Language
from graph.store.interface import ReadStore
from graph.vocabulary import CONCEPT, ONTOLOGY
from service.pages.names import Name, names


@dataclass(frozen=True)
class Tongues:
    """The language of the page, and the code of the language that data are wanted in."""

    page: Language
    data: str


def name_all(iris: Iterable[str], store: ReadStore, tongues: Tongues) -> Mapping[str, Name]:
    """Return names: of terms and concepts in the language of the page, of things in that of data.

    The words of the ontology are part of the interface; a reader who wants data
    as the original has them still reads the headings.
    """
    wanted = set(iris)
    if tongues.data == tongues.page.code:
        return names(wanted, store, tongues.data)
    words = {iri for iri in wanted if iri.startswith((ONTOLOGY, CONCEPT))}
    return {
        **names(words, store, tongues.page.code),
        **names(wanted - words, store, tongues.data),
    }
