"""The versions of the ontology: the one that is in force, and those before it.

An earlier version is a file ``ontology/earlier/<version>.nt``, which is what
``/ontology/<version>.nt`` gave while it was in force.
"""

from __future__ import annotations

import re
from functools import lru_cache

import pyoxigraph
from pyoxigraph import NamedNode, RdfFormat

from graph.resources import folder
from graph.store.interface import ReadStore, Version, value
from graph.store.reading import EngineReader
from graph.vocabulary import ONTOLOGY, well_known

VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")

WHOLE = f"""PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
CONSTRUCT {{ ?term ?property ?value }} WHERE {{
  {{ VALUES ?term {{ <{ONTOLOGY}> }} ?term ?property ?value }}
  UNION
  {{ ?term rdfs:isDefinedBy <{ONTOLOGY}> ; ?property ?value }}
}}"""
"""Gives the ontology with all its terms."""


def edition(version: str, store: ReadStore) -> ReadStore | None:
    """Return what holds the ontology as it was in a version, ``None`` if there is no such version.

    Args:
        version: Three numbers, such as ``0.1.0``.
        store: What holds the version that is in force.
    """
    if not VERSION.fullmatch(version):
        return None
    query = f"SELECT ?iri {{ <{ONTOLOGY}> {well_known('owl', 'versionIRI')} ?iri }}"
    present = {value(row[0]) for row in store.select(query).rows}
    return store if ONTOLOGY + version in present else _earlier(version)


@lru_cache(maxsize=4)
def _earlier(version: str) -> ReadStore | None:
    file = folder("ontology").joinpath("earlier", f"{version}.nt")
    if not file.is_file():
        return None
    engine = pyoxigraph.Store()
    graph = NamedNode(ONTOLOGY + version)
    engine.bulk_load(file.read_bytes(), format=RdfFormat.N_TRIPLES, to_graph=graph)
    return EngineReader(engine, Version(0, "", {}))
