"""Two ways to say where a fact is stated, compared on the questions of the library.

A: one node per fact and source with the reification terms of RDF 1.1
(``rdf:subject``, ``rdf:predicate``, ``rdf:object``), which is what the dataset uses.
B: a reifier of RDF 1.2 (``rdf:reifies <<( s p o )>>``).

The bundled dataset is copied a number of times under other IRIs, written both
ways, and each question is asked of both in turn. Printed are the statements and
the bytes of both, and per question the median time of A, and of B as a ratio of
A. A question that asks for statements by more than subject, predicate and
object cannot be rewritten by its text, and is told as such.

Usage::

    python -m bench.provenance [COPIES] [ROUNDS]
"""

from __future__ import annotations

import itertools
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, Triple

from graph.library.question import read_library
from graph.settings import Settings
from graph.vocabulary import TYPE, mg, well_known
from graph.workspace import Workspace

SUBJECT, PREDICATE, OBJECT = (
    well_known("rdf", name) for name in ("subject", "predicate", "object")
)
REIFIES = well_known("rdf", "reifies")
PARTS = (SUBJECT, PREDICATE, OBJECT)
_PATTERN = re.compile(
    r"rdf:subject\s+(\S+)\s*;\s*rdf:predicate\s+(\S+)\s*;\s*rdf:object\s+(\S+)(?=\s*[;.])"
)
_SUBJECT_PREDICATE = re.compile(
    r"rdf:subject\s+(\S+)\s*;\s*rdf:predicate\s+(\S+)(?=\s*[;.])(?!\s*;\s*rdf:object)"
)


def main() -> None:
    """Build both, ask all questions of both, print the table."""
    copies = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    quads = list(_copied(copies))
    stores = {"A": _store(quads), "B": _store(_with_reifiers(quads))}
    for name, store in stores.items():
        print(f"{name}: {len(store):,} statements, {_bytes_on_disk(store):,} bytes on disk")
    print(f"{'question':32} {'A, ms':>8} {'B/A':>6}")
    ratios = []
    for question in read_library().questions.values():
        query = question.bound({}, "en")
        texts = {"A": query, "B": _rewritten(query)}
        times = _times(stores, texts, rounds)
        if times is None:
            print(f"{question.id:32} asks for statements in a way that B cannot be asked")
            continue
        ratios.append(times["B"] / times["A"])
        print(f"{question.id:32} {times['A'] * 1000:8.1f} {ratios[-1]:6.2f}")
    print(f"{'median':32} {'':8} {statistics.median(ratios):6.2f}")


def _copied(copies: int) -> Iterator[Quad]:
    """Yield the ontology once, and the sources as often as asked, under other IRIs."""
    graphs = Workspace(Settings()).build()
    for graph in graphs:
        text = graph.text.decode()
        ontology = graph.name.endswith("/graph/ontology")
        for number in range(1 if ontology else copies):
            copy = text if not number else _renamed(text, number)
            yield from pyoxigraph.parse(copy, format=RdfFormat.N_QUADS)


def _renamed(text: str, number: int) -> str:
    return text.replace("mandategraph/id/", f"mandategraph/id/copy{number}/").replace(
        "mandategraph/graph/", f"mandategraph/graph/copy{number}/"
    )


def _with_reifiers(quads: Iterable[Quad]) -> Iterator[Quad]:
    parts: dict[tuple[object, object], dict[NamedNode, NamedNode | Literal]] = {}
    for quad in quads:
        if quad.predicate in PARTS:
            found = parts.setdefault((quad.subject, quad.graph_name), {})
            assert isinstance(quad.object, NamedNode | Literal)  # noqa: S101 - narrows a type
            found[quad.predicate] = quad.object
        elif quad.predicate != TYPE or quad.object != mg("Statement"):
            yield quad
    for (statement, graph), found in parts.items():
        subject, predicate = found[SUBJECT], found[PREDICATE]
        assert isinstance(subject, NamedNode)  # noqa: S101 - narrows a type
        assert isinstance(predicate, NamedNode)  # noqa: S101 - narrows a type
        assert isinstance(statement, NamedNode)  # noqa: S101 - narrows a type
        assert isinstance(graph, NamedNode)  # noqa: S101 - narrows a type
        triple = Triple(subject, predicate, found[OBJECT])
        yield Quad(statement, REIFIES, triple, graph)


def _rewritten(query: str) -> str:
    query = _PATTERN.sub(r"rdf:reifies <<( \1 \2 \3 )>>", query)
    numbers = itertools.count()
    return _SUBJECT_PREDICATE.sub(
        lambda found: f"rdf:reifies <<( {found[1]} {found[2]} ?object{next(numbers)} )>>", query
    )


def _store(quads: Iterable[Quad]) -> Store:
    store = Store()
    store.bulk_extend(quads)
    return store


def _bytes_on_disk(store: Store) -> int:
    with tempfile.TemporaryDirectory() as folder:
        disk = Store(folder)
        disk.bulk_extend(store)
        disk.optimize()
        disk.flush()
        return sum(file.stat().st_size for file in Path(folder).rglob("*.sst"))


def _times(stores: dict[str, Store], texts: dict[str, str], rounds: int) -> dict[str, float] | None:
    taken: dict[str, list[float]] = {name: [] for name in stores}
    answers = {}
    for _ in range(rounds):
        for name, store in stores.items():
            start = time.perf_counter()
            found = store.query(texts[name], use_default_graph_as_union=True)
            assert isinstance(found, pyoxigraph.QuerySolutions)  # noqa: S101 - narrows a type
            answers[name] = found.serialize(format=pyoxigraph.QueryResultsFormat.TSV)
            taken[name].append(time.perf_counter() - start)
    if answers["A"] != answers["B"]:
        return None
    return {name: statistics.median(values) for name, values in taken.items()}


if __name__ == "__main__":
    main()
