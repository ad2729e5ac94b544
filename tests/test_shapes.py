"""The structure shapes: each says its rule, can fail, and finds what the cases state."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyshacl
import pytest
from rdflib import RDF, RDFS, SH, SKOS, XSD, Graph, Literal, URIRef
from rdflib.term import Node

from graph.vocabulary import SHAPES

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "ontology").glob("*.ttl"))
CONCEPTS = sorted((ROOT / "ontology" / "concepts").glob("*.ttl"))
STRUCTURE = sorted((ROOT / "shapes" / "structure").glob("*.ttl"))
CASES = sorted((Path(__file__).parent / "shapes" / "structure").glob("*.ttl"))

Finding = tuple[Node | None, ...]
FACTS = (SH.focusNode, SH.resultPath, SH.resultSeverity, SH.sourceShape)
WORDS = (SH.name, SH.message, SH.severity)
BEYOND_CONSTRAINTS = {RDF.type, SH.targetClass, SH.targetSubjectsOf, SH.property, *WORDS}


@cache
def read(*paths: Path) -> Graph:
    """Return the union of Turtle files. It is shared, so it is not to be changed."""
    union = Graph()
    for path in paths:
        union.parse(path, format="turtle")
    return union


@cache
def kinds() -> Graph:
    """Return the kinds of thing, and the concept schemes, that shapes ask about."""
    found = Graph()
    for predicate in (RDF.type, RDFS.subClassOf):
        for triple in read(*MODULES).triples((None, predicate, None)):
            found.add(triple)
    for scheme in read(*CONCEPTS).subjects(RDF.type, SKOS.ConceptScheme):
        found.add((scheme, RDF.type, SKOS.ConceptScheme))
    return found


def findings(data: Graph) -> set[Finding]:
    """Return what the structure shapes find in data, read with the concepts it names."""
    complete = data + kinds()
    for concept in set(data.objects()):
        for triple in read(*CONCEPTS).triples((concept, None, None)):
            complete.add(triple)
    _, report, _ = pyshacl.validate(
        complete, shacl_graph=Graph() + read(*STRUCTURE), advanced=False, inference="none"
    )
    assert isinstance(report, Graph)
    return results(report)


def results(report: Graph) -> set[Finding]:
    return {
        tuple(report.value(result, fact) for fact in FACTS)
        for result in report.subjects(RDF.type, SH.ValidationResult)
    }


def property_shapes() -> dict[URIRef, URIRef]:
    """Return each property shape with the node shape that holds it."""
    shapes = read(*STRUCTURE)
    return {
        shape: holder
        for holder, shape in shapes.subject_objects(SH.property)
        if isinstance(holder, URIRef) and isinstance(shape, URIRef)
    }


def test_every_property_shape_has_an_iri_and_says_its_rule() -> None:
    shapes = read(*STRUCTURE)
    held = property_shapes()
    assert set(shapes.subjects(SH.path)) == set(held)
    for shape, holder in held.items():
        assert holder.startswith(SHAPES)
        assert shape.startswith(f"{holder}-")
        assert (shape, RDF.type, SH.PropertyShape) in shapes
        assert_words(shape)


def test_every_node_shape_has_a_target_and_says_its_own_rule() -> None:
    shapes = read(*STRUCTURE)
    for shape in shapes.subjects(RDF.type, SH.NodeShape):
        predicates = set(shapes.predicates(shape))
        assert predicates & {SH.targetClass, SH.targetSubjectsOf}, shape
        if predicates - BEYOND_CONSTRAINTS:
            assert_words(shape)


def assert_words(shape: Node) -> None:
    shapes = read(*STRUCTURE)
    for fact in WORDS:
        assert len(list(shapes.objects(shape, fact))) == 1, f"{shape} lacks: one {fact}"
    message = shapes.value(shape, SH.message)
    assert isinstance(message, Literal)
    assert message.language == "en", shape
    assert message.endswith("."), shape


def test_every_property_shape_can_fail() -> None:
    shapes = read(*STRUCTURE)
    data = Graph()
    broken = {
        shape: URIRef(f"https://example.org/{i}") for i, shape in enumerate(property_shapes())
    }
    for shape, focus in broken.items():
        break_rule(data, shape, focus)
    found = {(finding[0], finding[3]) for finding in findings(data)}
    idle = [str(shape) for shape, focus in broken.items() if (focus, shape) not in found]
    assert shapes
    assert not idle


def break_rule(data: Graph, shape: URIRef, focus: URIRef) -> None:
    """Add a thing that breaks the rule of a shape, whatever else it breaks."""
    shapes = read(*STRUCTURE)
    target = shapes.value(property_shapes()[shape], SH.targetClass)
    path = shapes.value(shape, SH.path)
    later = shapes.value(shape, SH.lessThanOrEquals)
    barred = shapes.value(shape, SH["not"])
    assert target is not None
    assert path is not None
    data.add((focus, RDF.type, target))
    if later is not None:
        data.add((focus, path, Literal("2020-01-02", datatype=XSD.date)))
        data.add((focus, later, Literal("2020-01-01", datatype=XSD.date)))
    elif barred is not None:
        kind = shapes.value(barred, SH["class"])
        assert kind is not None
        data.add((focus, path, focus))
        data.add((focus, RDF.type, kind))
    else:
        for text in ("wrong", "also wrong"):
            data.add((focus, path, Literal(text, datatype=URIRef("https://example.org/no"))))


def test_the_concepts_conform() -> None:
    assert not findings(read(*CONCEPTS))


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_findings_are_those_the_case_states(case: Path) -> None:
    data = Graph().parse(case, format="turtle")
    stated = results(data)
    for result in set(data.subjects(RDF.type, SH.ValidationResult)):
        data.remove((result, None, None))
    assert findings(data) == stated
