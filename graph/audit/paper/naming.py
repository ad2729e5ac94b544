"""Names for all that a run speaks of: found once, in one language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from graph.audit.model import SEVERITIES, Finding, Run, Words
from graph.audit.paper.reading import read_names, read_numbers, read_symbols
from graph.audit.paper.speech import Speech
from graph.audit.paper.view import Entry, Name
from graph.shacl.model import Select
from graph.vocabulary import concept

_NO_WORDS: Words = {}


@dataclass(frozen=True)
class Naming:
    """What acts, paragraphs, owners and the rest are called, and how they are sorted.

    Source of a name: the graph first, then the run, which keeps the names that
    the graph had when it was judged.
    """

    run: Run
    speech: Speech
    labels: Mapping[str, Words]
    symbols: Mapping[str, tuple[str, str]]
    numbers: Mapping[str, str]

    def name(self, iri: str) -> Name:
        """Return the name of a thing, the end of its IRI if it has none."""
        words = self.labels.get(iri) or self.run.names.get(iri) or _NO_WORDS
        return self.speech.chosen(words, last_part(iri))

    def owner(self, role: str) -> Name:
        """Return the name of a role with a capital letter, as it heads a sheet."""
        return self.capital(concept("role", role).value)

    def capital(self, iri: str) -> Name:
        """Return the name of a thing with a capital letter."""
        name = self.name(iri)
        return Name(name.text[:1].upper() + name.text[1:], name.language, name.symbol)

    def act(self, iri: str) -> Name:
        """Return the symbol of an act, or what it is cited as."""
        cited, _ = self.symbols.get(iri, ("", ""))
        return Name(cited, symbol=True) if cited else self.name(iri)

    def paragraph(self, iri: str) -> Name:
        """Return the printed number of a paragraph."""
        number = self.numbers.get(iri) or last_part(iri)
        return Name(number, symbol=True)

    def act_order(self, iri: str) -> tuple[object, ...]:
        """Return what sorts acts as a reader expects: session by session, number by number."""
        cited, key = self.symbols.get(iri, ("", ""))
        return (natural(key or cited or iri), iri)

    def entry(self, finding: Finding) -> Entry:
        """Return a finding in words."""
        rule = self.run.profile.rule(finding.rule)
        chosen = self.speech.chosen
        return Entry(
            finding=finding,
            rule=rule,
            severity=self.speech.severity(finding.severity),
            rule_name=chosen(rule.names, rule.id),
            thing=chosen(
                finding.names or self.labels.get(finding.thing, {}), last_part(finding.thing)
            ),
            acts=tuple(self.act(iri) for iri in sorted(finding.acts, key=self.act_order)),
            paragraphs=tuple(
                sorted(map(self.paragraph, finding.paragraphs), key=lambda n: natural(n.text))
            ),
            owner=self.owner(finding.owner),
            message=chosen(rule.messages, rule.id),
            state=self.speech.state(finding.state),
            fix=chosen(rule.fixes),
        )

    def gravest_first(self, finding: Finding) -> tuple[object, ...]:
        """Return what sorts findings: by gravity, then in the order of acts and paragraphs."""
        first = min((self.act_order(iri) for iri in finding.acts), default=(natural("~"), ""))
        numbers = min((natural(self.paragraph(iri).text) for iri in finding.paragraphs), default=())
        gravity = SEVERITIES.index(finding.severity)
        return (gravity, first, numbers, finding.rule, finding.thing, finding.id)


def find_names(run: Run, findings: Iterable[Finding], select: Select, speech: Speech) -> Naming:
    """Look up the names of all that a run and further findings speak of."""
    spoken = (*run.findings, *findings)
    acts = {iri for finding in spoken for iri in finding.acts} | set(run.figures.acts)
    owners = {finding.owner for finding in spoken} | set(run.figures.owners)
    owners |= {rule.owner for rule in run.profile.rules}
    roles = {concept("role", owner).value for owner in owners}
    things = {finding.thing for finding in spoken if not finding.names}
    paragraphs = {iri for finding in spoken for iri in finding.paragraphs}
    return Naming(
        run,
        speech,
        read_names(select, acts | roles | things | set(run.figures.bodies)),
        read_symbols(select, acts),
        read_numbers(select, paragraphs),
    )


def last_part(iri: str) -> str:
    """Return the end of an IRI, which says something where there is no name.

    Example:
        >>> last_part("https://example.org/concept/role/external-relations")
        'external-relations'
    """
    return unquote(iri.rstrip("/").rpartition("/")[2].rpartition("#")[2])


def natural(text: str) -> tuple[tuple[int, str], ...]:
    """Return what sorts a text with its numbers as numbers.

    Example:
        >>> sorted(["Res.10", "Res.2"], key=natural)
        ['Res.2', 'Res.10']
    """
    parts = re.findall(r"\d+|\D+", text)
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in parts)
