"""Namespaces, and the terms that code (rather than data) speaks of."""

from __future__ import annotations

from pyoxigraph import NamedNode

ONTOLOGY = "https://w3id.org/mandategraph/ontology/"
CONCEPT = "https://w3id.org/mandategraph/concept/"
SHAPES = "https://w3id.org/mandategraph/shapes/"

LANGUAGES = ("en", "fr", "es", "ru", "zh", "ar")
"""The six official languages of the United Nations, in the order of our tables."""

PREFIXES = {
    "mg": ONTOLOGY,
    "mgc": CONCEPT,
    "mgsh": SHAPES,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcterms": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "org": "http://www.w3.org/ns/org#",
}
"""The prefixes that forms and documents offer, by their usual names."""


def declared(*names: str) -> str:
    r"""Return the declarations that a query begins with, of some prefixes or of all.

    Example:
        >>> declared("mgc")
        'PREFIX mgc: <https://w3id.org/mandategraph/concept/>\n'
    """
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in names or PREFIXES)


def mg(name: str) -> NamedNode:
    """Return the term of our ontology with that local name.

    Example:
        >>> mg("Mandate").value
        'https://w3id.org/mandategraph/ontology/Mandate'
    """
    return NamedNode(ONTOLOGY + name)


def concept(scheme: str, notation: str) -> NamedNode:
    """Return the concept that a scheme lists under a notation.

    Example:
        >>> concept("verb", "requests").value
        'https://w3id.org/mandategraph/concept/verb/requests'
    """
    return NamedNode(f"{CONCEPT}{scheme}/{notation}")


def well_known(prefix: str, name: str) -> NamedNode:
    """Return a term of a vocabulary that is not ours, by a prefix of ``PREFIXES``.

    Example:
        >>> well_known("rdfs", "label").value
        'http://www.w3.org/2000/01/rdf-schema#label'
    """
    return NamedNode(PREFIXES[prefix] + name)


TYPE = well_known("rdf", "type")
LABEL = well_known("rdfs", "label")
