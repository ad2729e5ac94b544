"""A synthetic dataset of any size, in the ontology and with the shapes of the real one.

Bodies hold sessions; each session adopts acts, whose operative paragraphs set
out mandates; a report on the session tells of progress, activities, outputs,
events and money. Acts cite earlier acts, so that citations form chains. Every
document has a named graph of its own, and every fact a node that says where it
is stated. The same size and seed always give the same bytes; a million
statements take seconds, and memory does not grow with the size.

No fact stands in two graphs: engines differ in whether the union of graphs then
holds it once or twice, and answers are to be compared.

Usage::

    python -m bench.generate --statements 1000000 [--faults] [--seed 1] [FILE]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
from pyoxigraph import NamedNode, RdfFormat

from bench.synthetic.acts import write_act, write_agenda
from bench.synthetic.draft import ACTS_A_SESSION, Draft, Mandate
from bench.synthetic.reference import write_reference
from bench.synthetic.reports import write_report
from graph.build.ontology import GRAPH_KEY, ontology_quads
from graph.settings import DEFAULT_BASE


@dataclass(frozen=True)
class Size:
    """How much was written; the acts are those of the numbers from 0 on."""

    statements: int
    acts: int


def generate(path: Path, statements: int, seed: int = 1, *, faults: bool = False) -> Size:
    """Write at least a number of statements to a file, and the document that is under way.

    Args:
        path: The file, written as N-Quads.
        statements: How many; the ontology and the reference list are written in any case.
        seed: Other seeds give other datasets.
        faults: Whether to leave out or twist a few values on purpose.
    """
    with path.open("w", encoding="utf-8", buffering=1 << 20) as file:
        draft = Draft(file, seed, faults=faults)
        draft.writer.lines(_ontology())
        write_reference(draft)
        acts = _documents(draft)
        size = Size(0, 0)
        while size.statements < statements:
            number = next(acts)
            draft.writer.flush()
            size = Size(draft.writer.statements, number)
    return size


def _documents(draft: Draft) -> Iterator[int]:
    """Write session after session; after each document, yield the number of acts so far."""
    session = 0
    while True:
        first = session * ACTS_A_SESSION
        write_agenda(draft, session)
        yield first
        mandates: list[Mandate] = []
        for number in range(first, first + ACTS_A_SESSION):
            mandates += write_act(draft, number)
            yield number + 1
        write_report(draft, session, mandates)
        yield first + ACTS_A_SESSION
        session += 1


def _ontology() -> list[str]:
    """Return the lines of the graph of the ontology, in an order that does not change."""
    quads = ontology_quads(NamedNode(f"{DEFAULT_BASE}graph/{GRAPH_KEY}"))
    text = (pyoxigraph.serialize(quads, format=RdfFormat.N_QUADS) or b"").decode()
    return [f"{line}\n" for line in sorted(set(text.split("\n"))) if line]


def main() -> None:
    """Generate from the command line; to standard output when no file is named."""
    parser = argparse.ArgumentParser(description="Write a synthetic dataset as N-Quads.")
    parser.add_argument("file", nargs="?", type=Path, default=Path("/dev/stdout"))
    parser.add_argument("--statements", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", action="store_true", help="leave out some values on purpose")
    given = parser.parse_args()
    size = generate(given.file, given.statements, given.seed, faults=given.faults)
    print(f"{size.statements:,} statements, {size.acts:,} acts", file=sys.stderr)


if __name__ == "__main__":
    main()
