"""The mandates of an act, put together from what was read about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TypeVar

from graph.audit.model import Words
from graph.audit.paper.naming import last_part, natural
from graph.audit.paper.reading import Reading, Record
from graph.audit.paper.speech import Speech
from graph.audit.paper.view import Entry, Mandate, Name, Place, Position
from graph.vocabulary import ONTOLOGY

Item = TypeVar("Item")


@dataclass(frozen=True)
class Assembly:
    """Puts mandates together: what was read, the labels of things, the open findings."""

    speech: Speech
    reading: Reading
    labels: Mapping[str, Words]
    entries: tuple[Entry, ...]
    as_of: date

    def mandates(self) -> Mapping[str, tuple[Mandate, ...]]:
        """Return the mandates by act, in the order of their paragraphs."""
        links, gaps = _by_mandate(self.reading.links), _by_mandate(self.reading.gaps)
        updates, funding = _by_mandate(self.reading.updates), _by_mandate(self.reading.funding)
        found: dict[str, list[Mandate]] = defaultdict(list)
        for row in sorted(self.reading.mandates, key=_in_order):
            iri = row["mandate"]
            found[row["act"]].append(
                self._mandate(row, links[iri], gaps[iri], updates[iri], funding[iri])
            )
        return {act: tuple(mandates) for act, mandates in found.items()}

    def positions(self) -> Mapping[str, tuple[Position, ...]]:
        """Return what each act needs and has, the latest statement of account only."""
        found: dict[str, list[Record]] = defaultdict(list)
        for row in self.reading.positions:
            if row["day"] <= self.as_of.isoformat():
                found[row["act"]].append(row)
        return {
            act: tuple(
                Position(_day(row["day"]), row["currency"], *map(_amount, _figures(row)))
                for row in rows
                if row["day"] == max(other["day"] for other in rows)
            )
            for act, rows in found.items()
        }

    def _mandate(
        self,
        row: Record,
        links: Sequence[Record],
        gaps: Sequence[Record],
        updates: Sequence[Record],
        funding: Sequence[Record],
    ) -> Mandate:
        iri = row["mandate"]
        latest = _latest(updates, self.as_of)
        verbs = self._values("actionVerb", links, gaps)
        words = self.reading.summaries.get(iri) or self.labels.get(iri, {})
        return Mandate(
            iri=iri,
            paragraph=row["number"],
            verb=verbs[0] if verbs else None,
            request=self.speech.chosen(words, last_part(iri)),
            addressees=self._values("addressee", links, gaps),
            due=self._values("due", links, gaps),
            status=_distinct(self._named(row["status"], row["gap"]) for row in latest),
            reported=_day(latest[0]["day"]) if latest else None,
            funding=_distinct(self._payment(row) for row in funding),
            evidence=_places(latest),
            gaps=(*self._on_things[iri], *self._on_paragraphs[row["paragraph"]]),
        )

    @cached_property
    def _on_things(self) -> Mapping[str, list[Entry]]:
        return _grouped((entry.finding.thing, entry) for entry in self.entries)

    @cached_property
    def _on_paragraphs(self) -> Mapping[str, list[Entry]]:
        """The findings on what belongs to a paragraph and is no mandate itself."""
        mandates = {row["mandate"] for row in self.reading.mandates}
        return _grouped(
            (paragraph, entry)
            for entry in self.entries
            if entry.finding.thing not in mandates
            for paragraph in entry.finding.paragraphs
        )

    def _values(
        self, name: str, links: Sequence[Record], gaps: Sequence[Record]
    ) -> tuple[Name, ...]:
        there = [self._named(r["value"], "") for r in links if r["property"] == ONTOLOGY + name]
        absent = [self._named("", r["value"]) for r in gaps if r["property"] == ONTOLOGY + name]
        return _distinct(there or absent)

    def _named(self, iri: str, gap: str) -> Name:
        """Return the name of a value, or in round brackets why there is none."""
        name = self.speech.chosen(self.labels.get(iri or gap, {}), last_part(iri or gap))
        return name if iri else Name(f"({name.text})", name.language)

    def _payment(self, row: Record) -> Name:
        funder = self._named(row["funder"], row["gap"]) if row["funder"] or row["gap"] else None
        amount = _amount(row["amount"])
        money = f"{row['currency']} {self.speech.number(amount)}".strip() if amount else ""
        if funder is None:
            return Name(money, symbol=True)
        return Name(f"{funder.text}, {money}" if money else funder.text, funder.language)


def _by_mandate(rows: Iterable[Record]) -> defaultdict[str, list[Record]]:
    return _grouped((row["mandate"], row) for row in rows)


def _grouped(pairs: Iterable[tuple[str, Item]]) -> defaultdict[str, list[Item]]:
    found: defaultdict[str, list[Item]] = defaultdict(list)
    for key, item in pairs:
        found[key].append(item)
    return found


def _in_order(row: Record) -> tuple[object, ...]:
    return (natural(row["key"] or row["number"]), row["mandate"])


def _latest(updates: Sequence[Record], as_of: date) -> list[Record]:
    known = [row for row in updates if row["day"] <= as_of.isoformat()]
    last = max((row["day"] for row in known), default="")
    return sorted(
        (row for row in known if row["day"] == last),
        key=lambda row: (row["cited"], natural(row["number"])),
    )


def _distinct(names: Iterable[Name]) -> tuple[Name, ...]:
    return tuple(sorted({name for name in names if name.text}, key=lambda name: name.text))


def _places(rows: Iterable[Record]) -> tuple[Place, ...]:
    documents = _grouped((row["document"], row) for row in rows)
    return tuple(
        Place(
            Name(mine[0]["cited"] or last_part(document), symbol=True),
            tuple(dict.fromkeys(row["number"] for row in mine if row["number"])),
        )
        for document, mine in documents.items()
    )


def _figures(row: Record) -> tuple[str, str, str]:
    return row["required"], row["mobilized"], row["missing"]


def _amount(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _day(text: str) -> date | None:
    return date.fromisoformat(text[:10]) if text else None
