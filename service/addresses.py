"""Between the IRIs of things and the addresses of their pages: the only place that knows both.

IRIs are names; the service answers for them under whatever host it is reached.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, unquote

from flask import current_app, g, url_for
from pyoxigraph import NamedNode

from graph.errors import UnknownThingError
from graph.vocabulary import CONCEPT, ONTOLOGY

Section = Literal["id", "ontology", "concept"]

# As in graph.identifiers, which mints the IRIs.
_SAFE = "/-._~"
# As a path is written in an address.
_URL_SAFE = "!$&'()*+,/:;=@"
_PATH = "PATH"
_ENDPOINTS: dict[Section, str] = {
    "id": "things.page",
    "ontology": "things.ontology",
    "concept": "things.concept",
}


@dataclass(frozen=True)
class Addresses:
    """The addresses of one installation, whose instances begin with ``base``."""

    base: str

    def iri(self, section: Section, path: str) -> NamedNode:
        """Return the IRI that a decoded path below a section stands for.

        Raises:
            UnknownThingError: If no IRI can be made of the path.
        """
        try:
            return NamedNode(self._prefixes[section] + quote(path, safe=_SAFE))
        except ValueError as error:
            raise UnknownThingError("There is nothing at this address.") from error

    def href(self, iri: str) -> str:
        """Return the address of the page about a thing, empty if it has none here."""
        # One page leads to the same thing many times over.
        made: dict[str, str] = g.setdefault("hrefs", {})
        if iri not in made:
            made[iri] = self._href(iri)
        return made[iri]

    def _href(self, iri: str) -> str:
        for section, prefix in self._prefixes.items():
            if iri.startswith(prefix) and (section != "id" or iri != prefix):
                path = unquote(iri.removeprefix(prefix))
                before, after = self._around(section)
                return before + quote(path, safe=_URL_SAFE) + after
        return ""

    def _around(self, section: Section) -> tuple[str, str]:
        """Return what stands before and after the path in every address of a section."""
        made: dict[Section, tuple[str, str]] = g.setdefault("around", {})
        if section not in made:
            before, _, after = url_for(_ENDPOINTS[section], path=_PATH).rpartition(_PATH)
            made[section] = before, after
        return made[section]

    @property
    def _prefixes(self) -> dict[Section, str]:
        return {"id": f"{self.base}id/", "ontology": ONTOLOGY, "concept": CONCEPT}


def addresses() -> Addresses:
    """Return the addresses of the running application."""
    found: Addresses = current_app.extensions["addresses"]
    return found
