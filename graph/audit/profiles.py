"""The profiles: what folders of shapes demand, said to the people who must meet it.

What is said about a demand (owner, reason, fix, lead time) stands at its shape
or, where many demands share it, at the node shape or the profile above it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from importlib.resources.abc import Traversable

from pyoxigraph import Literal, NamedNode

from graph.audit.model import ITSELF, STATES, Profile, Rule, Severity, State, Words
from graph.errors import UnknownProfileError
from graph.resources import folder, texts
from graph.shacl.document import Document
from graph.shacl.paths import spelled
from graph.shacl.vocabulary import sh
from graph.store.interface import Term
from graph.vocabulary import CONCEPT, LABEL, SHAPES, TYPE, mg, well_known

BOARD = "board"
"""The profile that is meant when none is named."""

_SEVERITIES: Mapping[str, Severity] = {
    "Violation": "violation",
    "Warning": "warning",
    "Info": "info",
}


@dataclass(frozen=True)
class ShapesText:
    """The shapes of one profile as they are written; ``texts`` are Turtle documents."""

    profile: str
    texts: tuple[str, ...]

    @cached_property
    def version(self) -> str:
        """A digest of the texts."""
        digest = hashlib.sha256()
        for text in self.texts:
            digest.update(text.encode() + b"\0")
        return digest.hexdigest()


def profile_names() -> tuple[str, ...]:
    """Return the names of the profiles that ship with the product."""
    return tuple(sorted(entry.name for entry in folder("shapes").iterdir() if _is_profile(entry)))


def read_shapes(profile: str) -> ShapesText:
    """Return the shapes of a profile that ships with the product.

    Raises:
        UnknownProfileError: If there is none of that name; it names those there are.
    """
    known = profile_names()
    if profile not in known:
        near = get_close_matches(profile, known, 1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise UnknownProfileError(
            f"There is no profile “{profile}”; there are {', '.join(known)}.{hint}"
        )
    return ShapesText(profile, tuple(texts(folder("shapes", profile), ".ttl").values()))


def read_profile(shapes: ShapesText) -> Profile:
    """Return what the shapes of a profile demand.

    Raises:
        ProfileError: If a text is not Turtle.
    """
    reader = _ProfileReader(Document.of(shapes.texts), NamedNode(SHAPES + shapes.profile))
    return Profile(
        shapes.profile,
        reader.words(reader.profile, LABEL),
        reader.words(reader.profile, well_known("rdfs", "comment")),
        shapes.version,
        tuple(sorted(reader.rules(), key=lambda rule: rule.id)),
    )


class _ProfileReader:
    """Looks up what is said about shapes, where it is said."""

    def __init__(self, document: Document, profile: NamedNode) -> None:
        self._document = document
        self.profile = profile
        self._parents = {
            child.value: parent
            for parent in document.subjects(sh("property"))
            for child in document.values(parent, sh("property"))
            if isinstance(child, NamedNode) and isinstance(parent, NamedNode)
        }

    def rules(self) -> Iterator[Rule]:
        """Yield the demands: every named shape that has a message."""
        shapes = (
            shape
            for kind in ("PropertyShape", "NodeShape")
            for shape in self._document.subjects(TYPE, sh(kind))
        )
        for shape in dict.fromkeys(shapes):
            if isinstance(shape, NamedNode) and self.words(shape, sh("message")):
                yield self._rule(shape)

    def _rule(self, shape: NamedNode) -> Rule:
        places = self._places(shape)
        lead = self._text(places, mg("leadTimeDays"))
        about = self._all([shape], mg("aboutProperty"))
        path = self._all([shape], sh("path"))
        main = self._text([shape], mg("answeredIn"))
        severity = self._iri([shape], sh("severity")).rpartition("#")[2]
        return Rule(
            id=shape.value.rpartition("/")[2],
            iri=shape.value,
            names=self.words(shape, sh("name")),
            messages=self.words(shape, sh("message")),
            reasons=self._first_words(places, mg("reason")),
            reason_source=self._text(places, mg("reasonSource")),
            fixes=self._first_words(places, mg("fix")),
            owner=self._iri(places, mg("owner")).removeprefix(f"{CONCEPT}role/"),
            severity=_SEVERITIES.get(severity, "violation"),
            lead_days=int(lead) if lead.isdigit() else None,
            properties=tuple(
                found.value for found in about or path if isinstance(found, NamedNode)
            ),
            answers=(main, *self._texts([shape], mg("answeredWith"))) if main else (),
            new_record=self._text([shape], mg("newRecordIn")),
            absence=_state(self._iri(places, mg("stateWhenAbsent"))),
            act_path=self._path(places, mg("actPath")),
            paragraph_path=self._path(places, mg("paragraphPath")),
        )

    def _places(self, shape: NamedNode) -> list[NamedNode]:
        """Return where something may be said about a shape, the nearest first."""
        parent = self._parents.get(shape.value)
        return [shape, *([parent] if parent else []), self.profile]

    def words(self, subject: NamedNode, predicate: NamedNode) -> Words:
        """Return the texts by language."""
        return {
            found.language: found.value
            for found in self._document.values(subject, predicate)
            if isinstance(found, Literal) and found.language
        }

    def _first_words(self, places: Iterable[NamedNode], predicate: NamedNode) -> Words:
        return next((found for place in places if (found := self.words(place, predicate))), {})

    def _all(self, places: Iterable[NamedNode], predicate: NamedNode) -> list[Term]:
        """Return the values at the nearest place that has any."""
        values = (self._document.values(place, predicate) for place in places)
        return next((found for found in values if found), [])

    def _texts(self, places: Iterable[NamedNode], predicate: NamedNode) -> list[str]:
        found = self._all(places, predicate)
        return [value.value for value in found if isinstance(value, Literal)]

    def _text(self, places: Iterable[NamedNode], predicate: NamedNode) -> str:
        return next(iter(self._texts(places, predicate)), "")

    def _iri(self, places: Iterable[NamedNode], predicate: NamedNode) -> str:
        found = self._all(places, predicate)
        return next((value.value for value in found if isinstance(value, NamedNode)), "")

    def _path(self, places: Iterable[NamedNode], predicate: NamedNode) -> str:
        found = self._all(places, predicate)
        if not found:
            return ""
        return ITSELF if found[0] == mg("itself") else spelled(self._document.path(found[0]))


def _is_profile(entry: Traversable) -> bool:
    return entry.is_dir() and entry.joinpath("profile.ttl").is_file()


def _state(iri: str) -> State:
    found = iri.removeprefix(f"{CONCEPT}gap/")
    return next((state for state in STATES if state == found), "not-captured")
