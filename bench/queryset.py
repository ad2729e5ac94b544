"""The queries of the benchmark: files in ``queries/``, to be filled with numbers.

``{{act}}`` stands for the key of an act, ``{{number}}`` for a number beyond
any count of rows. So one file gives as many texts as are wanted: the same one
again and again, or a new one each time that costs the engine the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bench.synthetic.draft import act_key

FOLDER = Path(__file__).parent / "queries"
STREAM = "everything"
OPEN = frozenset({"rows-1000", "rows-100000", STREAM})
"""Queries that leave open which rows they want, so that only their number can be compared."""

ABOVE_ANY_COUNT = 1_000_000
_ACT, _NUMBER = "{{act}}", "{{number}}"


@dataclass(frozen=True)
class Query:
    """One query text with its blanks."""

    name: str
    template: str

    @property
    def accept(self) -> str:
        """The media type to ask for."""
        graph = "\nCONSTRUCT" in self.template
        return "application/n-triples" if graph else "application/sparql-results+json"

    def text(self, number: int, acts: int) -> str:
        """Return the text of a number, for a dataset with that many acts."""
        return _filled(self.template, number, acts)

    def request(self, path: str) -> Request:
        """Return the HTTP request for an endpoint with that path."""
        encoded = quote(self.template, safe="")
        for blank in (_ACT, _NUMBER):
            encoded = encoded.replace(quote(blank, safe=""), blank)
        head = f"GET {path}?query={encoded} HTTP/1.1\r\nHost: localhost\r\nAccept: {self.accept}"
        return Request(f"{head}\r\n\r\n")


@dataclass(frozen=True)
class Request:
    """An HTTP request with blanks in it."""

    template: str

    def filled(self, number: int, acts: int) -> bytes:
        """Return the request of a number, for a dataset with that many acts."""
        return _filled(self.template, number, acts).encode()


def _filled(template: str, number: int, acts: int) -> str:
    # Counted from the last act, which rests on more than the first.
    filled = template.replace(_ACT, act_key((acts - 1 - number) % acts))
    return filled.replace(_NUMBER, str(ABOVE_ANY_COUNT + number))


def read_queries() -> dict[str, Query]:
    """Return all queries by name."""
    found = sorted(FOLDER.glob("*.rq"))
    return {path.stem: Query(path.stem, path.read_text("utf-8")) for path in found}
