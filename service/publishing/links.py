"""Links in the head of a response, so that machines need not read a page to go on.

Source:
    RFC 8288; FAIR Signposting Profile, level 1, https://signposting.org/FAIR/
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response
from werkzeug.urls import iri_to_uri

from service.formats import Format


@dataclass(frozen=True)
class Link:
    """One link; ``rel`` may name several relations, ``type`` is a media type or empty."""

    target: str
    rel: str
    type: str = ""

    def __str__(self) -> str:
        """Return the link as the header writes it."""
        kind = f'; type="{self.type}"' if self.type else ""
        return f'<{iri_to_uri(self.target)}>; rel="{self.rel}"{kind}'


@dataclass(frozen=True)
class Documents:
    """The addresses of the documents about one thing: its page, and a file in each format.

    ``iri`` names the thing; ``types`` are the IRIs of what kind of thing it is to others.
    """

    iri: str
    page: str
    files: tuple[tuple[Format[str], str], ...]
    types: tuple[str, ...]
    license: str

    def around_page(self) -> tuple[Link, ...]:
        """Return what the page about the thing links to."""
        return (
            Link(self.page, "canonical"),
            Link(self.iri, "cite-as"),
            *(Link(at, "alternate describedby", form.media_type) for form, at in self.files),
            *(Link(iri, "type") for iri in ("https://schema.org/AboutPage", *self.types)),
            Link(self.license, "license"),
        )

    def around_file(self, here: str) -> tuple[Link, ...]:
        """Return what a file about the thing, at an address, links to."""
        others = ((form, at) for form, at in self.files if at != here)
        return (
            Link(here, "canonical"),
            Link(self.iri, "describes"),
            Link(self.iri, "cite-as"),
            Link(self.page, "alternate", "text/html"),
            *(Link(at, "alternate", form.media_type) for form, at in others),
            Link(self.license, "license"),
        )


def link(response: Response, *links: Link) -> Response:
    """Add links to the head of a response, and return it."""
    if links:
        response.headers.add("Link", ", ".join(map(str, links)))
    return response
