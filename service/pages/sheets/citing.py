"""How the record of a thing is cited: what is named, and the formats of reference managers."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from graph.store.interface import Version

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
PUBLISHER = "Mandate Graph"


@dataclass(frozen=True)
class Citable:
    """A record as it is cited; ``version`` says of which state of the dataset."""

    iri: str
    title: str
    language: str
    day: str
    version: str

    @property
    def bibtex(self) -> str:
        """An entry for BibTeX, of the kind that all styles know."""
        fields = {
            "title": f"{{{_escaped(self.title)}}}",
            "howpublished": f"\\url{{{self.iri}}}",
            "organization": PUBLISHER,
            "year": self.day[:4],
            "note": f"Record of {PUBLISHER}, {_escaped(self.version)}, CC BY 4.0",
        }
        key = re.sub(r"[^A-Za-z0-9]+", "-", self.iri.partition("/id/")[2]).strip("-")
        lines = [f"  {name} = {{{text}}}," for name, text in fields.items() if text]
        return "\n".join([f"@misc{{{key},", *lines, "}"]) + "\n"

    @property
    def csl_json(self) -> str:
        """An item for programs that read the Citation Style Language.

        Source:
            CSL-JSON schema 1.0.2, https://github.com/citation-style-language/schema
        """
        item: dict[str, object] = {
            "id": self.iri,
            "type": "dataset",
            "title": self.title,
            "language": self.language,
            "publisher": PUBLISHER,
            "version": self.version,
            "URL": self.iri,
            "license": LICENCE,
        }
        if self.day:
            item["issued"] = {"date-parts": [[int(part) for part in self.day.split("-")]]}
        return json.dumps([item], ensure_ascii=False, indent=1) + "\n"


def citable(iri: str, title: str, language: str, day: str, version: Version) -> Citable:
    """Return a record as it is cited.

    Args:
        iri: The persistent IRI.
        title: The name of the thing.
        language: Code of the language of the title.
        day: The newest date of what the record rests on, as the data write it.
        version: The version of the dataset.
    """
    shown = f"dataset version {version.number} ({version.content[:12]})"
    return Citable(iri, title, language, day, shown)


def _escaped(text: str) -> str:
    """Return a text as BibTeX takes it."""
    return re.sub(r"([\\{}$&#_%])", r"\\\1", text)
