"""Countries and areas as tiles by M49 region, which show no frontiers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from graph.languages import Language
from graph.store.interface import ReadStore, value
from graph.vocabulary import mg
from service.charts.tiles import Heap, Tile
from service.pages.names import names

_PLACES = (
    f"SELECT ?country ?iso3 ?region ?m49 {{ ?country {mg('iso3')} ?iso3 ; {mg('inRegion')} ?region "
    f"OPTIONAL {{ ?region {mg('m49')} ?m49 }} }} ORDER BY ?m49 ?region ?iso3"
)


@dataclass(frozen=True)
class Place:
    """A country or area: its code, its name and that of its region."""

    iso3: str
    name: str
    region: str


def places(store: ReadStore, language: Language) -> tuple[Place, ...]:
    """Return the countries and areas of the graph, by region in the order of M49."""
    rows = [
        tuple(value(row[name]) for name in ("country", "iso3", "region"))
        for row in store.select(_PLACES).records()
    ]
    named = names(
        {iri for country, _, region in rows for iri in (country, region)}, store, language.code
    )
    return tuple(
        Place(iso3, named[country].text, named[region].text) for country, iso3, region in rows
    )


def heaps(known: tuple[Place, ...], counts: Counter[str]) -> tuple[Heap, ...]:
    """Return the tiles of each region: filled with those in the answer, and how often they are."""
    found: Mapping[str, list[Tile]] = defaultdict(list)
    for place in known:
        times = counts[place.iso3]
        title = f"{place.name} ({place.iso3}): {times}"
        found[place.region].append(Tile(title, place.iso3, bool(times)))
    return tuple(Heap(region, tuple(tiles)) for region, tiles in found.items())
