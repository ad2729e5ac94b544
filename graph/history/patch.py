"""The text of a patch: what leads from one version to another, as RDF Patch.

::

    H id <urn:uuid:…> .
    H prev <urn:uuid:…> .
    H version "7"^^<http://www.w3.org/2001/XMLSchema#integer> .
    TX .
    D <…> <…> "old" <…> .
    A <…> <…> "new" <…> .
    TC .

``id`` names the version that a patch leads to, ``prev`` the one it applies to; both
follow from number and content, so that a patch fits one state and no other. The
other headers are ours, one literal each: when the version was committed, how many
statements there are, which graphs were touched, and which of these are not
itemized (``whole``): of those the patch holds no statement.

Blank nodes are written with the labels that the store knows them by, as RDF Patch
has it. A node keeps its label for as long as it is in the store; a graph that is
put in the place of another brings new ones, so that all its statements with blank
nodes are in the patch.

Source:
    https://afs.github.io/rdf-delta/rdf-patch.html
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import pyoxigraph
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat

from graph.errors import HistoryError
from graph.store.comparison import Delta
from graph.store.interface import Version

XSD = "http://www.w3.org/2001/XMLSchema#"


@dataclass(frozen=True)
class Header:
    """What the beginning of a patch says.

    ``id`` and ``prev`` are IRIs; ``prev`` is empty where nothing was there before.
    ``when`` is the time of the commit in UTC, ISO 8601. ``graphs`` are the names
    of all graphs that differ, the default graph's being empty, in their order;
    ``whole`` those of them whose statements are not in the patch.
    """

    id: str
    prev: str
    number: int
    when: str
    added: int
    removed: int
    graphs: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()

    @classmethod
    def of(cls, before: Version, after: Version, delta: Delta) -> Header:
        """Return the header of the patch for a commit that is being made."""
        found = [item for item in delta.values() if item is not None]
        differing = {
            name
            for name in before.graphs.keys() | after.graphs.keys()
            if before.graphs.get(name) != after.graphs.get(name)
        }
        touched = differing | {name for name, item in delta.items() if item is None or item}
        return cls(
            version_id(after),
            version_id(before) if before.number else "",
            after.number,
            datetime.now(UTC).isoformat(timespec="milliseconds"),
            sum(len(item.added) for item in found),
            sum(len(item.removed) for item in found),
            tuple(sorted(touched)),
            tuple(sorted(name for name, item in delta.items() if item is None)),
        )

    def lines(self) -> Iterator[bytes]:
        """Yield the header as lines of a patch."""
        yield f"H id <{self.id}> .".encode()
        if self.prev:
            yield f"H prev <{self.prev}> .".encode()
        terms = {
            "version": _number(self.number),
            "when": Literal(self.when, datatype=NamedNode(f"{XSD}dateTime")),
            "added": _number(self.added),
            "removed": _number(self.removed),
            "graphs": Literal(_listed(self.graphs)),
            "whole": Literal(_listed(self.whole)),
        }
        for word, term in terms.items():
            yield f"H {word} {term} .".encode()


def version_id(version: Version) -> str:
    """Return the IRI that patches know a version by."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, f'{version.number} {version.content}')}"


def patch_lines(
    header: Header, removed: Iterable[bytes], added: Iterable[bytes]
) -> Iterator[bytes]:
    """Yield a patch line by line; statements are N-Quads, without the ends of lines."""
    yield from header.lines()
    yield b"TX ."
    for line in removed:
        yield b"D " + line
    for line in added:
        yield b"A " + line
    yield b"TC ."


def read_header(lines: Iterable[bytes]) -> Header:
    """Return the header at the beginning of a patch.

    Raises:
        HistoryError: If that is not how our patches begin.
    """
    found: dict[str, str] = {}
    for line in lines:
        mark, _, rest = line.partition(b" ")
        if mark != b"H":
            break
        word, _, term = rest.decode().partition(" ")
        found[word] = _value(term)
    return _header(found)


def statements(lines: Iterable[bytes]) -> Iterator[tuple[bool, bytes]]:
    """Yield each statement of a patch, and whether it is added.

    Raises:
        HistoryError: If the patch ends before its transaction does, or holds
            what our patches do not.
    """
    for line in lines:
        mark, _, rest = line.partition(b" ")
        if mark == b"A":
            yield True, rest
        elif mark == b"D":
            yield False, rest
        elif mark == b"TC":
            return
        elif mark not in {b"H", b"TX"}:
            break
    raise HistoryError("A patch of the history is damaged.")


def quads_of(lines: Iterable[bytes]) -> Iterator[Quad]:
    """Yield statements as quads; blank nodes keep their labels.

    Raises:
        HistoryError: If a line is no statement.
    """
    try:
        yield from pyoxigraph.parse(b"\n".join(lines), format=RdfFormat.N_QUADS)
    except SyntaxError as error:
        raise HistoryError("A patch of the history is damaged.") from error


def _number(value: int) -> Literal:
    return Literal(str(value), datatype=NamedNode(f"{XSD}integer"))


def _listed(names: Iterable[str]) -> str:
    """Return names of graphs as one text; an IRI holds neither spaces nor angle brackets."""
    return " ".join(f"<{name}>" for name in names)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name[1:-1] for name in text.split())


def _value(term: str) -> str:
    """Return the value of a term of a header."""
    if term.startswith("<"):
        return term[1 : term.index(">")]
    quad = next(quads_of([f"<urn:x:h> <urn:x:h> {term}".encode()]))
    return quad.object.value if isinstance(quad.object, Literal) else ""


def _header(found: Mapping[str, str]) -> Header:
    try:
        return Header(
            found["id"],
            found.get("prev", ""),
            *(int(found["version"]), found["when"]),
            *(int(found["added"]), int(found["removed"])),
            *(_names(found["graphs"]), _names(found["whole"])),
        )
    except (KeyError, ValueError) as error:
        raise HistoryError("A patch of the history is damaged.") from error
