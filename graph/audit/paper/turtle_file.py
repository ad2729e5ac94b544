"""The run as linked data: SHACL report, quality measurements and provenance, in Turtle."""

from __future__ import annotations

import io

from pyoxigraph import RdfFormat, Triple, serialize

from graph.audit.paper.view import Paper
from graph.audit.report import DQV, report
from graph.shacl.vocabulary import SH
from graph.vocabulary import PREFIXES

_PREFIXES = {name: PREFIXES[name] for name in ("mg", "mgc", "mgsh", "rdfs", "prov", "xsd")}


def turtle_file(paper: Paper) -> bytes:
    """Return the run as Turtle in UTF-8: the statements that are stored of it, in their order."""
    triples = [
        Triple(quad.subject, quad.predicate, quad.object) for quad in report(paper.run, paper.base)
    ]
    out = io.BytesIO()
    serialize(triples, out, RdfFormat.TURTLE, prefixes=_PREFIXES | {"sh": SH, "dqv": DQV})
    return out.getvalue()
