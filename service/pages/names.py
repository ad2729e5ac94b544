"""What things are called in the language of a page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal

from graph.batches import batches, listed
from graph.languages import best
from graph.store.interface import ReadStore, value
from graph.vocabulary import LABEL, mg
from service.languages import gettext
from service.pages.wording import short_name, term_name

_BATCH = 500


@dataclass(frozen=True)
class Name:
    """A name and the tag of its language, which is empty for words of the page itself."""

    text: str
    language: str = ""


def names(iris: Iterable[str], store: ReadStore, language: str) -> Mapping[str, Name]:
    """Return the name of every IRI: asked language, then English, then any, then words of ours.

    Args:
        iris: What is to be named.
        store: Where labels are looked up.
        language: Code of the language that is wanted.
    """
    wanted = sorted(set(iris))
    found: dict[str, Name] = {}
    for batch in batches(wanted, _BATCH):
        found |= _labels(batch, store, language)
        found |= _paragraph_names([iri for iri in batch if iri not in found], store)
    for iri in wanted:
        if iri not in found:
            found[iri] = Name(term_name(iri) or short_name(iri))
    return found


def _labels(iris: Iterable[str], store: ReadStore, language: str) -> dict[str, Name]:
    """Return names by label; other languages are read only for what has neither of two."""
    wanted = list(iris)
    found = _chosen(wanted, store, language, f'FILTER(LANG(?label) IN ("{language}", "en"))')
    missing = [iri for iri in wanted if iri not in found]
    return found | (_chosen(missing, store, language, "") if missing else {})


def _chosen(
    iris: Iterable[str], store: ReadStore, language: str, condition: str
) -> dict[str, Name]:
    labels: dict[str, dict[str, str]] = defaultdict(dict)
    query = (
        f"SELECT ?thing ?label {{ VALUES ?thing {{ {listed(iris)} }} "
        f"?thing {LABEL} ?label {condition} }}"
    )
    for record in store.select(query).records():
        label = record["label"]
        if isinstance(label, Literal):
            labels[value(record["thing"])].setdefault(label.language or "", label.value)
    chosen = {iri: best(texts, language) for iri, texts in labels.items()}
    return {iri: Name(labels[iri][tongue], tongue) for iri, tongue in chosen.items()}


def _paragraph_names(iris: list[str], store: ReadStore) -> dict[str, Name]:
    """Return the names of paragraphs, which bear a number and no label."""
    if not iris:
        return {}
    query = (
        f"SELECT ?thing ?number ?cited {{ VALUES ?thing {{ {listed(iris)} }} ?thing "
        f"{mg('paragraphNumber')} ?number ; {mg('paragraphOf')}/{mg('citedAs')} ?cited }}"
    )
    return {
        value(record["thing"]): Name(
            gettext("%(document)s, paragraph %(number)s")
            % {"document": value(record["cited"]), "number": value(record["number"])}
        )
        for record in store.select(query).records()
    }
