"""The profiles: what folders of shapes demand, said to the people who must meet it.

What is said about a demand (owner, reason, fix, lead time) stands at its shape
or, where many demands share it, at the node shape or the profile above it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources.abc import Traversable

import pyoxigraph
from pyoxigraph import Literal, NamedNode, RdfFormat

from graph.audit.model import ITSELF, STATES, Profile, Rule, Severity, State, Words
from graph.audit.paths import path_text
from graph.errors import AuditError, UnknownProfileError
from graph.resources import folder, texts
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

    @property
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
        AuditError: If a text is not Turtle.
    """
    store = pyoxigraph.Store()
    for text in shapes.texts:
        try:
            store.load(text, format=RdfFormat.TURTLE)
        except SyntaxError as error:
            raise AuditError(f"Shapes of the profile {shapes.profile} are no Turtle.") from error
    reader = _ProfileReader(store, NamedNode(SHAPES + shapes.profile))
    return Profile(
        shapes.profile,
        reader.words(reader.profile, LABEL),
        reader.words(reader.profile, well_known("rdfs", "comment")),
        shapes.version,
        tuple(sorted(reader.rules(), key=lambda rule: rule.id)),
    )


class _ProfileReader:
    """Looks up what is said about shapes, where it is said."""

    def __init__(self, store: pyoxigraph.Store, profile: NamedNode) -> None:
        self._store = store
        self.profile = profile
        self._parents = {
            quad.object.value: quad.subject
            for quad in store.quads_for_pattern(None, _sh("property"), None)
            if isinstance(quad.object, NamedNode) and isinstance(quad.subject, NamedNode)
        }

    def rules(self) -> Iterator[Rule]:
        """Yield the demands: every named shape that has a message."""
        for quad in self._store.quads_for_pattern(None, TYPE, None):
            shape = quad.subject
            if quad.object not in (_sh("PropertyShape"), _sh("NodeShape")):
                continue
            if isinstance(shape, NamedNode) and self.words(shape, _sh("message")):
                yield self._rule(shape)

    def _rule(self, shape: NamedNode) -> Rule:
        places = self._places(shape)
        severity = self._iri([shape], _sh("severity")).rpartition("#")[2]
        lead = self._text(places, mg("leadTimeDays"))
        path = self._iri([shape], _sh("path"))
        about = tuple(sorted(self._iris(shape, mg("aboutProperty"))))
        main = self._text([shape], mg("answeredIn"))
        further = sorted(self._texts(shape, mg("answeredWith")))
        return Rule(
            id=shape.value.rpartition("/")[2],
            iri=shape.value,
            names=self.words(shape, _sh("name")),
            messages=self.words(shape, _sh("message")),
            reasons=self._first_words(places, mg("reason")),
            reason_source=self._text(places, mg("reasonSource")),
            fixes=self._first_words(places, mg("fix")),
            owner=self._iri(places, mg("owner")).removeprefix(f"{CONCEPT}role/"),
            severity=_SEVERITIES.get(severity, "violation"),
            lead_days=int(lead) if lead else None,
            properties=about or ((path,) if path else ()),
            answers=((main, *further) if main else ()),
            new_record=self._text([shape], mg("newRecordIn")),
            absence=_state(self._iri(places, mg("stateWhenAbsent"))),
            act_path=self._first_path(places, mg("actPath")),
            paragraph_path=self._first_path(places, mg("paragraphPath")),
        )

    def _places(self, shape: NamedNode) -> list[NamedNode]:
        """Return where something may be said about a shape, the nearest first."""
        parent = self._parents.get(shape.value)
        return [shape, *([parent] if parent else []), self.profile]

    def words(self, subject: NamedNode, predicate: NamedNode) -> Words:
        """Return the texts by language."""
        return {
            quad.object.language: quad.object.value
            for quad in self._store.quads_for_pattern(subject, predicate, None)
            if isinstance(quad.object, Literal) and quad.object.language
        }

    def _first_words(self, places: Iterable[NamedNode], predicate: NamedNode) -> Words:
        return next((found for place in places if (found := self.words(place, predicate))), {})

    def _first_path(self, places: Iterable[NamedNode], predicate: NamedNode) -> str:
        for place in places:
            for quad in self._store.quads_for_pattern(place, predicate, None):
                if quad.object == mg("itself"):
                    return ITSELF
                return path_text(self._store, quad.object)
        return ""

    def _texts(self, subject: NamedNode, predicate: NamedNode) -> list[str]:
        found = self._store.quads_for_pattern(subject, predicate, None)
        return [quad.object.value for quad in found if isinstance(quad.object, Literal)]

    def _text(self, places: Iterable[NamedNode], predicate: NamedNode) -> str:
        return next((found[0] for place in places if (found := self._texts(place, predicate))), "")

    def _iris(self, subject: NamedNode, predicate: NamedNode) -> list[str]:
        found = self._store.quads_for_pattern(subject, predicate, None)
        return [quad.object.value for quad in found if isinstance(quad.object, NamedNode)]

    def _iri(self, places: Iterable[NamedNode], predicate: NamedNode) -> str:
        return next((found[0] for place in places if (found := self._iris(place, predicate))), "")


def _is_profile(entry: Traversable) -> bool:
    return entry.is_dir() and entry.joinpath("profile.ttl").is_file()


def _state(iri: str) -> State:
    found = iri.removeprefix(f"{CONCEPT}gap/")
    return next((state for state in STATES if state == found), "not-captured")


def _sh(name: str) -> NamedNode:
    return NamedNode(f"http://www.w3.org/ns/shacl#{name}")
