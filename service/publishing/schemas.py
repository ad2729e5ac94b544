"""Things in the words of schema.org, which search engines read from pages.

Only what the data say is said, with what they call it by; names are those of the
data, addresses are left out.

Source:
    https://schema.org/; JSON-LD 1.1, section 7 (embedding in HTML).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode, Quad

from graph.vocabulary import LABEL, LANGUAGES, ONTOLOGY, PREFIXES, TYPE, mg
from service.languages import languages
from service.publishing.publication import Publication, address
from service.publishing.subject import DESCRIPTION, KEYWORDS, TITLE

SCHEMA = "https://schema.org/"

_CLASSES = {
    "Act": "Legislation",
    "Resolution": "Legislation",
    "Decision": "Legislation",
    "OperativeParagraph": "Legislation",
    "PreambularParagraph": "Legislation",
    "Document": "CreativeWork",
    "Report": "Report",
    "ReportParagraph": "CreativeWork",
    "LanguageEdition": "CreativeWork",
    "Deliverable": "CreativeWork",
    "GoverningBody": "GovernmentOrganization",
    "Agency": "Organization",
    "Unit": "Organization",
    "Network": "Organization",
    "Authority": "GovernmentOrganization",
    "Partnership": "Organization",
    "Event": "Event",
    "Session": "Event",
    "Country": "Country",
    "Region": "Place",
    "Place": "Place",
    "FundingArrangement": "MonetaryGrant",
    "Mandate": "PlanAction",
    "Activity": "Project",
}
"""The class of schema.org that a class of ours is, where there is one."""

_OTHERS = {
    f"{PREFIXES['owl']}Class": "DefinedTerm",
    f"{PREFIXES['owl']}ObjectProperty": "DefinedTerm",
    f"{PREFIXES['owl']}DatatypeProperty": "DefinedTerm",
    f"{PREFIXES['owl']}Ontology": "DefinedTermSet",
    f"{PREFIXES['skos']}Concept": "DefinedTerm",
    f"{PREFIXES['skos']}ConceptScheme": "DefinedTermSet",
}
_PROPERTIES = {
    "citedAs": "identifier",
    "iso3": "identifier",
    "abbreviation": "alternateName",
    "adoptedOn": "legislationDate",
    "adoptedBy": "legislationPassedBy",
    "issuedOn": "datePublished",
    "issuedBy": "publisher",
    "inLanguage": "inLanguage",
    "paragraphOf": "isPartOf",
    "paragraphNumber": "position",
    "startDate": "startDate",
    "endDate": "endDate",
    "hostCountry": "location",
    "organizer": "organizer",
    "funder": "funder",
    "homeCountry": "location",
    "superEvent": "superEvent",
}


def types_of(quads: Iterable[Quad]) -> tuple[str, ...]:
    """Return what a thing is to schema.org, in the order of the names; at least a Thing."""
    classes = {
        quad.object.value
        for quad in quads
        if quad.predicate == TYPE and isinstance(quad.object, NamedNode)
    }
    known = {mg(name).value: found for name, found in _CLASSES.items()} | _OTHERS
    return tuple(sorted({known[name] for name in classes & known.keys()})) or ("Thing",)


def describe_thing(
    iri: str, quads: tuple[Quad, ...], published: Publication
) -> Mapping[str, object]:
    """Return a thing as a node of JSON-LD."""
    said: dict[str, list[object]] = defaultdict(list)
    for quad in quads:
        name = quad.predicate.value
        if quad.predicate == LABEL and isinstance(quad.object, Literal):
            said["name"].append(_plain(quad.object))
        elif name.startswith(ONTOLOGY) and (known := _PROPERTIES.get(name.removeprefix(ONTOLOGY))):
            said[known].append(_plain(quad.object))
    shown = {
        name: found[0] if len(found) == 1 else found
        for name, values in said.items()
        if (found := list({json.dumps(one, sort_keys=True): one for one in values}.values()))
    }
    return {
        "@context": SCHEMA.removesuffix("/"),
        "@id": iri,
        "@type": list(types_of(quads)),
        **shown,
        "subjectOf": {"@type": "Dataset", "@id": published.dataset.value, **_named()},
    }


def describe_dataset(published: Publication, number: int, changed: str) -> Mapping[str, object]:
    """Return the dataset as a node of JSON-LD, with the addresses at which it is had."""
    files = {
        "application/n-quads": "graphs?format=nquads",
        "application/trig": "graphs?format=trig",
    }
    found: dict[str, object] = {
        "@context": SCHEMA.removesuffix("/"),
        "@id": published.dataset.value,
        "@type": "Dataset",
        **_named(),
        "url": address(""),
        "license": published.license,
        "isAccessibleForFree": True,
        "inLanguage": list(LANGUAGES),
        "keywords": list(KEYWORDS),
        "version": str(number),
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": kind, "contentUrl": address(path)}
            for kind, path in files.items()
        ],
    }
    if changed:
        found["dateModified"] = changed
    if published.publisher:
        found["creator"] = {"@type": "Organization", "name": published.publisher}
    return found


def embedded(node: Mapping[str, object]) -> Markup:
    """Return a node as text that can stand in a page, and end no element of it."""
    text = json.dumps(node, ensure_ascii=False, indent=1)
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text)  # noqa: S704 - no letter that means anything to HTML is left


def _named() -> Mapping[str, object]:
    return {"name": _worded(TITLE), "description": _worded(DESCRIPTION)}


def _worded(message: str) -> list[object]:
    return [
        {"@language": code, "@value": one.words.gettext(message)}
        for code, one in languages().items()
    ]


def _plain(term: object) -> object:
    if isinstance(term, NamedNode):
        return {"@id": term.value}
    if isinstance(term, Literal):
        return {"@language": term.language, "@value": term.value} if term.language else term.value
    return str(term)
