"""Words for what has none in the graph: columns, groups of questions, terms of others."""

from __future__ import annotations

import re

from graph.languages import noted
from graph.vocabulary import PREFIXES
from service.languages import gettext

_COLUMNS = {
    "acts": noted("Acts (number)"),
    "actSymbol": noted("Act"),
    "actSymbols": noted("Acts"),
    "addresseeName": noted("Addressee"),
    "after": noted("After"),
    "agencyName": noted("Agency"),
    "arrangement": noted("Arrangement"),
    "arrangementName": noted("Arrangement"),
    "asOf": noted("As of"),
    "before": noted("Before"),
    "changeName": noted("Change"),
    "citationName": noted("What rests on it"),
    "citedName": noted("Cited text"),
    "citedSymbol": noted("Symbol of the cited text"),
    "citingName": noted("Citing text"),
    "code": noted("Code"),
    "condition": noted("Condition"),
    "consultationName": noted("Consultation"),
    "countries": noted("Countries (number)"),
    "countryName": noted("Country"),
    "countryNames": noted("Countries"),
    "countryCodes": noted("Country codes"),
    "currency": noted("Currency"),
    "deliverableName": noted("Output"),
    "document": noted("Document"),
    "dueText": noted("Due, as printed"),
    "earliest": noted("Earliest"),
    "end": noted("End"),
    "eventName": noted("Event"),
    "funded": noted("Funded"),
    "funderName": noted("Funder"),
    "gap": noted("Gap"),
    "gapPercent": noted("Gap in per cent"),
    "iso3": noted("Code"),
    "kindName": noted("Kind"),
    "label": noted("Name"),
    "labelled": noted("With a label"),
    "language": noted("Language"),
    "latest": noted("Latest"),
    "leadName": noted("Lead agency"),
    "mandate": noted("Ask"),
    "missing": noted("Missing"),
    "missingState": noted("State of knowledge"),
    "mobilized": noted("Mobilized"),
    "name": noted("Name"),
    "operativeParagraph": noted("Operative paragraph"),
    "paragraph": noted("Paragraph"),
    "paragraphs": noted("Paragraphs"),
    "partnerName": noted("Partner"),
    "placeName": noted("Place"),
    "position": noted("Statement of account"),
    "precisionName": noted("Precision"),
    "propertyName": noted("Property"),
    "reportedOn": noted("Reported on"),
    "required": noted("Required"),
    "responsibleName": noted("Responsible"),
    "roleName": noted("Role"),
    "share": noted("Share"),
    "silentReport": noted("Silent report"),
    "snippet": noted("Words found"),
    "stageName": noted("Stage"),
    "start": noted("Start"),
    "stateName": noted("State"),
    "statedIn": noted("Stated in"),
    "statement": noted("What was reported"),
    "statusName": noted("Status"),
    "subjectName": noted("Subject"),
    "summary": noted("Summary"),
    "themeName": noted("Theme"),
    "total": noted("Total"),
    "valueName": noted("Value"),
    "verbName": noted("Verb"),
}

_GROUPS = {
    "money": noted("Money"),
    "mandates": noted("Mandates"),
    "partners": noted("Partners"),
    "time": noted("Time"),
    "outputs": noted("Outputs"),
    "places": noted("Places"),
    "sources": noted("Sources and quality"),
    "search": noted("Search"),
}

_TERMS = {
    "rdf:type": noted("kind"),
    "rdf:Property": noted("property"),
    "rdfs:label": noted("name"),
    "rdfs:comment": noted("comment"),
    "rdfs:subClassOf": noted("narrower than"),
    "rdfs:subPropertyOf": noted("narrower than"),
    "rdfs:isDefinedBy": noted("defined by"),
    "rdfs:seeAlso": noted("see also"),
    "owl:Class": noted("class"),
    "owl:ObjectProperty": noted("property"),
    "owl:DatatypeProperty": noted("property"),
    "owl:Ontology": noted("ontology"),
    "owl:disjointWith": noted("disjoint with"),
    "owl:inverseOf": noted("inverse of"),
    "skos:altLabel": noted("also called"),
    "skos:definition": noted("definition"),
    "skos:scopeNote": noted("note"),
    "skos:example": noted("example"),
    "skos:notation": noted("code"),
    "skos:inScheme": noted("in the scheme"),
    "skos:Concept": noted("concept"),
    "skos:ConceptScheme": noted("concept scheme"),
    "skos:topConceptOf": noted("top concept of"),
    "skos:hasTopConcept": noted("top concept"),
    "skos:broader": noted("broader"),
    "skos:narrower": noted("narrower"),
    "skos:related": noted("related"),
    "skos:closeMatch": noted("close match"),
    "skos:exactMatch": noted("exact match"),
    "dcterms:source": noted("source"),
    "dcterms:title": noted("title"),
    "dcterms:description": noted("description"),
    "dcterms:license": noted("licence"),
    "dcterms:creator": noted("creator"),
    "dcterms:issued": noted("issued"),
    "dcterms:modified": noted("modified"),
    "dcterms:subject": noted("subject"),
}


def column_heading(name: str) -> str:
    """Return the heading of a column of an answer in words.

    A column that has no words here is named by its own, set apart.
    """
    if name in _COLUMNS:
        return gettext(_COLUMNS[name])
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removesuffix("Name") or name)
    return words[:1].upper() + words[1:].lower()


def column_is_named(name: str) -> bool:
    """Return whether a column has words of its own here."""
    return name in _COLUMNS


def group_heading(name: str) -> str:
    """Return the heading of a group of questions."""
    return gettext(_GROUPS[name]) if name in _GROUPS else name[:1].upper() + name[1:]


def group_is_named(name: str) -> bool:
    """Return whether a group of questions has words of its own here."""
    return name in _GROUPS


def term_name(iri: str) -> str | None:
    """Return the name of a term of a well-known vocabulary, ``None`` if it has none here."""
    short = short_name(iri)
    return gettext(_TERMS[short]) if short in _TERMS else None


def usual_terms() -> dict[str, str]:
    """Return the names of the terms of well-known vocabularies, by how they are written."""
    return {short: gettext(words) for short, words in _TERMS.items()}


def short_name(iri: str) -> str:
    """Return an IRI with a usual prefix where one fits, else as it is.

    Example:
        >>> short_name("http://www.w3.org/2004/02/skos/core#Concept")
        'skos:Concept'
        >>> short_name("https://example.org/a")
        'https://example.org/a'
    """
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and iri != namespace:
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri
