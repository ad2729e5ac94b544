"""The terms: each is labelled, defined, sourced, used, and named the same everywhere."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import RdfFormat, parse
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, VANN, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from graph.vocabulary import CONCEPT, LANGUAGES, ONTOLOGY

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "ontology").glob("*.ttl"))
CONCEPTS = sorted((ROOT / "ontology" / "concepts").glob("*.ttl"))
SHAPES = sorted((ROOT / "shapes").rglob("*.ttl"))
QUESTIONS = sorted((ROOT / "graph" / "questions").rglob("*.rq"))
TABLES = sorted((ROOT / "graph" / "tables").glob("*.toml"))

MG = Namespace(ONTOLOGY)
HEADER = URIRef(ONTOLOGY)
KINDS = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty}
LINKS = {"reference", "concept", "paragraph", "iri"}
BORROWED = {"label": RDFS.label, "alias": SKOS.altLabel}


@cache
def read(*paths: Path) -> Graph:
    """Return the union of Turtle files. It is shared, so it is not to be changed."""
    union = Graph()
    for path in paths:
        union.parse(path, format="turtle")
    return union


def terms() -> list[URIRef]:
    """Return the classes and properties that the modules declare, in order."""
    ontology = read(*MODULES)
    return sorted(ours(term for kind in KINDS for term in ontology.subjects(RDF.type, kind)))


def ours(nodes: Iterable[Node]) -> set[URIRef]:
    """Return the nodes that stand in our namespace, the ontology itself left out."""
    return {
        node
        for node in nodes
        if isinstance(node, URIRef) and node.startswith(ONTOLOGY) and node != HEADER
    }


def local(term: Node) -> str:
    return str(term).removeprefix(ONTOLOGY)


def texts(about: Graph, thing: Node, predicate: URIRef) -> list[Literal]:
    return [text for text in about.objects(thing, predicate) if isinstance(text, Literal)]


def without_each_language(about: Graph, thing: Node, predicate: URIRef, what: str) -> Iterator[str]:
    """Yield a complaint for each official language that has not exactly one text."""
    count = Counter(str(text.language) for text in texts(about, thing, predicate))
    for language in LANGUAGES:
        if count.pop(language, 0) != 1:
            yield f"{what} in {language}, exactly one"
    for stray in count:
        yield f"{what} in an official language, not in {stray}"


def without_definition(about: Graph, thing: Node) -> Iterator[str]:
    """Yield a complaint unless there is one definition, in English."""
    definitions = texts(about, thing, SKOS.definition)
    if [definition.language for definition in definitions] != ["en"] or not definitions[0].strip():
        yield "exactly one definition in English"


def complain(faults: Iterable[str]) -> None:
    found = sorted(faults)
    assert not found, "\n" + "\n".join(found)


def lacks(term: URIRef) -> Iterator[str]:
    ontology = read(*MODULES)
    if len(KINDS & set(ontology.objects(term, RDF.type))) != 1:
        yield "exactly one type: class, object property or datatype property"
    yield from without_each_language(ontology, term, RDFS.label, "label")
    yield from without_definition(ontology, term)
    sources = list(ontology.objects(term, DCTERMS.source))
    if len(sources) != 1 or not isinstance(sources[0], URIRef):
        yield "exactly one source, as an IRI"
    if list(ontology.objects(term, RDFS.isDefinedBy)) != [HEADER]:
        yield f"isDefinedBy <{HEADER}>"


def in_shapes() -> set[URIRef]:
    return ours(node for triple in read(*SHAPES) for node in triple)


def in_questions() -> dict[str, set[URIRef]]:
    """Return, for each question, the terms that its text names, comments left out."""
    found = {}
    for path in QUESTIONS:
        text = re.sub(r"(?m)(^|\s)#.*$", "", path.read_text("utf-8"))
        names = re.findall(r"\bmg:([A-Za-z][A-Za-z0-9]*)", text)
        found[path.name] = {MG[name] for name in names}
    return found


@cache
def columns() -> list[tuple[str, dict[str, Any]]]:
    """Return every column that fills a property, with the name of its table."""
    return [
        (path.name, column)
        for path in TABLES
        for column in tomllib.loads(path.read_text("utf-8"))["columns"]
        if "property" in column
    ]


def classes_of_tables() -> Iterator[tuple[str, str]]:
    for path in TABLES:
        table = tomllib.loads(path.read_text("utf-8"))
        yield path.name, table["class"]
        for column in table["columns"]:
            for name in column.get("classes", {}).values():
                yield path.name, name


def test_every_term_says_what_it_is() -> None:
    assert terms()
    complain(f"{local(term)} lacks: {fault}" for term in terms() for fault in lacks(term))


def test_nothing_else_is_described_in_our_namespace() -> None:
    stray = ours(read(*MODULES).subjects()) - set(terms())
    complain(f"{local(node)} lacks: a type" for node in stray)


def test_no_definition_contains_what_it_defines() -> None:
    ontology = read(*MODULES)
    complain(
        f"{local(term)} lacks: a definition that does without “{label}”"
        for term in terms()
        for label in texts(ontology, term, RDFS.label)
        for definition in texts(ontology, term, SKOS.definition)
        if label.language == "en"
        and re.search(rf"\b{re.escape(label)}\b", definition, re.IGNORECASE)
    )


def test_every_term_is_declared_in_one_module() -> None:
    homes = Counter(
        term for path in MODULES for term in set(read(path).subjects(RDFS.isDefinedBy, HEADER))
    )
    complain(
        f"{local(term)} stands in {count} modules" for term, count in homes.items() if count > 1
    )


def test_every_term_is_used_by_a_shape_or_a_question() -> None:
    used = in_shapes().union(*in_questions().values())
    complain(f"{local(term)} lacks: use by a shape or a question" for term in set(terms()) - used)


def test_shapes_and_questions_use_only_declared_terms() -> None:
    declared = set(terms())
    complain(
        f"{local(term)} is not declared, but a shape uses it" for term in in_shapes() - declared
    )
    complain(
        f"{local(term)} is not declared, but {question} uses it"
        for question, used in in_questions().items()
        for term in used - declared
    )


def test_classes_and_properties_of_the_tables_are_declared() -> None:
    ontology = read(*MODULES)
    complain(
        f"{name} is not declared as a class, but {table} names it"
        for table, name in classes_of_tables()
        if (MG[name], RDF.type, OWL.Class) not in ontology
    )
    complain(
        f"{column['property']} is not declared as the kind of property that {table} fills"
        for table, column in columns()
        if column["property"] not in BORROWED
        and (MG[column["property"]], RDF.type, property_kind(column)) not in ontology
    )


def property_kind(column: dict[str, Any]) -> URIRef:
    return OWL.ObjectProperty if column["type"] in LINKS else OWL.DatatypeProperty


def test_only_columns_for_one_value_fill_functional_properties() -> None:
    functional = {local(term) for term in read(*MODULES).subjects(RDF.type, OWL.FunctionalProperty)}
    complain(
        f"{column['property']} is functional, but {table} takes several values"
        for table, column in columns()
        if column["property"] in functional and (column.get("many") or column.get("languages"))
    )


def test_header_names_title_licence_version_and_prefix() -> None:
    ontology = read(*MODULES)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert list(ontology.subjects(RDF.type, OWL.Ontology)) == [HEADER]
    complain(without_each_language(ontology, HEADER, DCTERMS.title, "title"))
    complain(without_each_language(ontology, HEADER, DCTERMS.description, "description"))
    for predicate in (DCTERMS.creator, DCTERMS.license):
        assert isinstance(ontology.value(HEADER, predicate), URIRef)
    for predicate in (DCTERMS.issued, DCTERMS.modified):
        assert ontology.value(HEADER, predicate) is not None
    assert str(ontology.value(HEADER, OWL.versionInfo)) == project["version"]
    assert ontology.value(HEADER, OWL.versionIRI) == URIRef(ONTOLOGY + project["version"])
    assert str(ontology.value(HEADER, VANN.preferredNamespacePrefix)) == "mg"
    assert str(ontology.value(HEADER, VANN.preferredNamespaceUri)) == ONTOLOGY
    assert not list(ontology.objects(HEADER, OWL.imports))


@pytest.mark.parametrize("path", [*MODULES, *CONCEPTS, *SHAPES], ids=lambda path: path.stem)
def test_prefixes_are_sorted_and_used(path: Path) -> None:
    text = path.read_text("utf-8")
    prefixes = re.findall(r"(?m)^@prefix ([\w-]*):", text)
    assert prefixes == sorted(prefixes)
    body = re.sub(r"(?m)^@prefix .*$", "", text)
    unused = [name for name in prefixes if not re.search(rf"(?<![\w:-]){name}:", body)]
    assert not unused


def context() -> dict[str, Any]:
    text = (ROOT / "ontology" / "context.jsonld").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)["@context"]
    return found


def test_context_covers_every_term_and_no_other() -> None:
    entries = {
        name: entry if isinstance(entry, dict) else {"@id": entry}
        for name, entry in context().items()
        if name not in {"@version", "mg"}
    }
    meant = {name for name, entry in entries.items() if entry["@id"] == f"mg:{name}"}
    assert meant == {local(term) for term in terms()}
    ontology = read(*MODULES)
    complain(
        f"{local(term)} lacks: a context entry of @type @id"
        for term in ontology.subjects(RDF.type, OWL.ObjectProperty)
        if entries[local(term)].get("@type") != "@id"
    )
    expected = {"date": "xsd:date", "decimal": "xsd:decimal"}
    for table, column in columns():
        entry = entries[column["property"]]
        if column.get("languages"):
            assert "@language" in entry["@container"], (table, column["property"])
        if column["type"] in expected:
            assert entry["@type"] == expected[column["type"]], (table, column["property"])


def test_context_reads_as_the_same_triples() -> None:
    document = {
        "@context": context(),
        "id": "https://example.org/event",
        "type": "Event",
        "label": {"en": "Forum", "fr": "Forum"},
        "startDate": "2019-11-19",
        "organizer": "https://example.org/agency",
    }
    turtle = """
        @prefix mg: <https://w3id.org/mandategraph/ontology/> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        <https://example.org/event> a mg:Event ; rdfs:label "Forum"@en, "Forum"@fr ;
            mg:startDate "2019-11-19"^^xsd:date ; mg:organizer <https://example.org/agency> .
    """
    from_context = parse(json.dumps(document), format=RdfFormat.JSON_LD)
    assert set(from_context) == set(parse(turtle, format=RdfFormat.TURTLE))


@pytest.mark.parametrize("path", CONCEPTS, ids=lambda path: path.stem)
def test_every_concept_says_what_it_is(path: Path) -> None:
    scheme = read(path)
    (home,) = scheme.subjects(RDF.type, SKOS.ConceptScheme)
    concepts = set(scheme.subjects(RDF.type, SKOS.Concept))
    assert concepts
    complain(without_each_language(scheme, home, RDFS.label, "label"))
    complain(without_definition(scheme, home))
    complain(
        f"{str(concept).removeprefix(CONCEPT)} lacks: {fault}"
        for concept in concepts
        for fault in concept_lacks(scheme, home, concept)
    )


def concept_lacks(scheme: Graph, home: Node, concept: Node) -> Iterator[str]:
    yield from without_each_language(scheme, concept, RDFS.label, "label")
    yield from without_definition(scheme, concept)
    if home not in scheme.objects(concept, SKOS.inScheme):
        yield f"inScheme <{home}>"
    notations = [str(notation) for notation in scheme.objects(concept, SKOS.notation)]
    if [f"{home}/{notation}" for notation in notations] != [str(concept)]:
        yield "exactly one notation, the last part of its IRI"


def test_schemes_of_the_tables_are_declared() -> None:
    schemes = read(*CONCEPTS)
    complain(
        f"{column['scheme']} is not declared as a concept scheme, but {table} names it"
        for table, column in columns()
        if column["type"] == "concept"
        and (URIRef(CONCEPT + column["scheme"]), RDF.type, SKOS.ConceptScheme) not in schemes
    )
