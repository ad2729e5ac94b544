"""The shapes: each says its rule to whoever must meet it, and finds what the cases state."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product
from pathlib import Path

import pyoxigraph
import pyshacl
import pytest
from rdflib import RDF, RDFS, SH, SKOS, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from graph.records.cells import RESERVED
from graph.vocabulary import CONCEPT, LANGUAGES, ONTOLOGY, SHAPES

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "ontology").glob("*.ttl"))
CONCEPTS = sorted((ROOT / "ontology" / "concepts").glob("*.ttl"))
PROFILES = sorted({path.parent.name for path in (ROOT / "shapes").glob("*/*.ttl")})
CASES = sorted((Path(__file__).parent / "shapes").glob("*/*.ttl"))

MG = Namespace(ONTOLOGY)
TARGETS = {SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf}
SEVERITIES = {SH.Violation, SH.Warning, SH.Info}
WORDS = {SH.name, SH.message, SH.description, SH.severity, SH.order, SH.group}
BEYOND_CONSTRAINTS = {SH.property, SH.prefixes, *TARGETS, *WORDS}
LATIN = re.compile("[A-Za-z]+")
SCRIPTS = {
    "ar": re.compile("[\u0621-\u064a]"),
    "ru": re.compile("[\u0430-\u044f]", re.IGNORECASE),
    "zh": re.compile("[\u4e00-\u9fff]"),
}

Finding = tuple[Node | None, ...]

each_profile = pytest.mark.parametrize("profile", PROFILES)


@cache
def read(*paths: Path) -> Graph:
    """Return the union of Turtle files. It is shared, so it is not to be changed."""
    union = Graph()
    for path in paths:
        union.parse(path, format="turtle")
    return union


def shapes_of(profile: str) -> Graph:
    return read(*sorted((ROOT / "shapes" / profile).glob("*.ttl")))


def cases_of(profile: str) -> list[Path]:
    return [case for case in CASES if case.parent.name == profile]


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


def holders(shapes: Graph, rule: Node) -> list[Node]:
    """Return the shapes that hold a rule, the nearest first; the last is a node shape."""
    found: list[Node] = []
    holder = shapes.value(predicate=SH.sparql, object=rule)
    if holder is not None:
        found.append(holder)
    outer = shapes.value(predicate=SH.property, object=found[-1] if found else rule)
    return [*found, outer] if outer is not None else found


def local(shape: Node) -> str:
    return str(shape).removeprefix(SHAPES).rpartition("/")[2]


@cache
def rules(profile: str) -> list[URIRef]:
    """Return the property shapes of a profile, its queries, and node shapes with constraints.

    What has no IRI is part of the shape that holds it.
    """
    shapes = shapes_of(profile)
    queries: set[Node] = {*named(shapes.objects(None, SH.sparql))}
    own = {
        shape
        for shape, part, value in shapes
        if (shape, RDF.type, SH.NodeShape) in shapes
        if str(part).startswith(str(SH)) and {part, value}.isdisjoint(BEYOND_CONSTRAINTS | queries)
    }
    found = named({*shapes.subjects(SH.path), *queries, *own})
    assert found
    return sorted(found)


def named(nodes: Iterable[Node]) -> list[URIRef]:
    return [node for node in nodes if isinstance(node, URIRef)]


def inherited(profile: str, rule: Node, fact: URIRef) -> list[Node]:
    """Return what a rule says of itself, else the shapes that hold it, else its profile."""
    shapes = shapes_of(profile)
    for source in (rule, *holders(shapes, rule), URIRef(SHAPES + profile)):
        if found := list(shapes.objects(source, fact)):
            return found
    return []


def complain(profile: str, faults: Iterable[str]) -> None:
    found = sorted(faults)
    assert not found, f"{profile}:\n" + "\n".join(found)


def without_each_language(texts: list[Node]) -> Iterator[str]:
    """Yield a complaint unless there is one text in each official language and its script."""
    by_language = {text.language: text for text in texts if isinstance(text, Literal)}
    if len(texts) != len(LANGUAGES) or set(by_language) != set(LANGUAGES):
        yield "lacks one text in each official language"
        return
    for language, script in SCRIPTS.items():
        text = by_language[language]
        borrowed = set(LATIN.findall(text)) - set(LATIN.findall(by_language["en"]))
        if not script.search(text) or borrowed:
            yield f"is not in the script of its language: {text}"


@each_profile
def test_every_rule_is_named_in_words_after_its_shape(profile: str) -> None:
    shapes = shapes_of(profile)
    for holder in named(shapes.subjects(SH.property)):
        assert set(shapes.objects(holder, SH.property)) <= set(rules(profile)), holder
    for rule in rules(profile):
        name = local(holders(shapes, rule)[-1]) if holders(shapes, rule) else local(rule)
        assert re.fullmatch("[A-Z][A-Za-z]*Shape", name), rule
        assert re.fullmatch(f"{name}(-[a-z][A-Za-z0-9]*)*", local(rule)), rule
        assert holders(shapes, rule) == [] or local(rule) != name


@each_profile
def test_every_rule_speaks_to_people_in_six_languages(profile: str) -> None:
    shapes = shapes_of(profile)
    texts = {
        (rule, fact): list(shapes.objects(rule, fact))
        for rule in rules(profile)
        for fact in (SH.name, SH.message)
    } | {
        (rule, fact): inherited(profile, rule, fact)
        for rule in rules(profile)
        for fact in (MG.reason, MG.fix)
    }
    faults = (
        f"{local(rule)}: <{fact}> {fault}"
        for (rule, fact), found in texts.items()
        for fault in without_each_language(found)
    )
    complain(profile, faults)


@each_profile
def test_reserved_words_of_tables_stay_as_tables_have_them(profile: str) -> None:
    """A cell holds the English word whoever fills it in: no translation may name another."""
    shapes = shapes_of(profile)
    for shape, fact in product(shapes.subjects(unique=True), (SH.message, MG.reason, MG.fix)):
        texts = [text for text in shapes.objects(shape, fact) if isinstance(text, Literal)]
        words = {text.language: sorted(w for w in RESERVED if w in text) for text in texts}
        assert len({tuple(found) for found in words.values()}) <= 1, (shape, fact)


@each_profile
def test_every_message_is_a_sentence_of_its_language(profile: str) -> None:
    shapes = shapes_of(profile)
    for rule in rules(profile):
        messages = [text for text in shapes.objects(rule, SH.message) if isinstance(text, Literal)]
        assert len({str(text) for text in messages}) == len(messages), rule
        assert all(text.endswith((".", "。")) for text in messages), rule


@each_profile
def test_every_rule_has_a_severity_an_owner_and_the_time_it_takes(profile: str) -> None:
    for rule in rules(profile):
        (severity,) = inherited(profile, rule, SH.severity)
        (owner,) = inherited(profile, rule, MG.owner)
        assert severity in SEVERITIES, rule
        assert (owner, SKOS.inScheme, URIRef(f"{CONCEPT}role")) in read(*CONCEPTS), rule
        if profile == "board":
            (days,) = inherited(profile, rule, MG.leadTimeDays)
            assert isinstance(days, Literal), rule
            assert days.datatype == XSD.integer, rule


@each_profile
def test_every_node_shape_has_a_target(profile: str) -> None:
    shapes = shapes_of(profile)
    for shape in named(shapes.subjects(RDF.type, SH.NodeShape)):
        assert TARGETS & set(shapes.predicates(shape)), shape


@each_profile
def test_every_query_declares_its_prefixes(profile: str) -> None:
    shapes = shapes_of(profile)
    for rule, text in shapes.subject_objects(SH.select):
        declared = "".join(
            f"PREFIX {shapes.value(item, SH.prefix)}: <{shapes.value(item, SH.namespace)}>\n"
            for item in shapes.objects(rule, SH.prefixes / SH.declare)
        )
        pyoxigraph.Store().query(declared + str(text).replace("$PATH", "<urn:x-path>"))


def findings(profile: str, data: Graph) -> set[Finding]:
    """Return what the shapes of a profile find wrong with what data describe.

    They are read with the concepts that they name, of which nothing is told.
    """
    complete = data + kinds()
    for concept in set(data.objects()):
        for triple in read(*CONCEPTS).triples((concept, None, None)):
            complete.add(triple)
    _, report, _ = pyshacl.validate(
        complete, shacl_graph=Graph() + shapes_of(profile), advanced=False, inference="none"
    )
    assert isinstance(report, Graph)
    described = set(data.subjects())
    return {found for found in results(profile, report) if found[0] in described}


def verdicts(report: Graph) -> set[Node]:
    """Return the results in a report or case; one with an IRI is a thing in the data."""
    found = report.subjects(RDF.type, SH.ValidationResult)
    return {result for result in found if isinstance(result, BNode)}


def results(profile: str, report: Graph) -> set[Finding]:
    """Return focus, path, severity, shape and query of results, which have no IRI.

    Path and severity are those of the shape where a case leaves them out, and a query
    is told where it has an IRI.
    """
    shapes = shapes_of(profile)
    found: set[Finding] = set()
    for result in verdicts(report):
        shape = report.value(result, SH.sourceShape)
        path = report.value(result, SH.resultPath) or shapes.value(shape, SH.path)
        query = report.value(result, SH.sourceConstraint)
        found.add(
            (
                report.value(result, SH.focusNode),
                path if isinstance(path, URIRef) else None,
                report.value(result, SH.resultSeverity) or shapes.value(shape, SH.severity),
                shape,
                query if isinstance(query, URIRef) else None,
            )
        )
    return found


@cache
def read_case(case: Path) -> tuple[Graph, set[Finding]]:
    """Return the data of a case, and the findings that it states."""
    data = Graph().parse(case, format="turtle")
    stated = results(case.parent.name, data)
    for result in verdicts(data):
        data.remove((result, None, None))
    return data, stated


def test_the_concepts_conform() -> None:
    assert not findings("structure", read(*CONCEPTS))


@pytest.mark.usefixtures("parsed_once")
@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_findings_are_those_the_case_states(case: Path) -> None:
    data, stated = read_case(case)
    assert findings(case.parent.name, data) == stated


def judged(data: Graph, shapes: Graph, rule: Node) -> set[Node]:
    """Return the things in data that a rule is for, with a value if it is about one property."""
    around = (rule, *holders(shapes, rule))
    node_shape = around[-1]
    found: set[Node] = set(shapes.objects(node_shape, SH.targetNode)) & set(data.subjects())
    for target in shapes.objects(node_shape, SH.targetClass):
        for kind in kinds().transitive_subjects(RDFS.subClassOf, target):
            found.update(data.subjects(RDF.type, kind))
    for predicate in shapes.objects(node_shape, SH.targetSubjectsOf):
        found.update(data.subjects(predicate))
    for predicate in shapes.objects(node_shape, SH.targetObjectsOf):
        found.update(data.objects(None, predicate))
    for shape in around:
        if isinstance(path := shapes.value(shape, SH.path), URIRef):
            found &= set(data.subjects(path))
    return found


@each_profile
def test_every_rule_is_broken_by_a_case_and_met_by_another(profile: str) -> None:
    shapes = shapes_of(profile)
    unbroken, unmet = set(rules(profile)), set(rules(profile))
    for case in cases_of(profile):
        data, stated = read_case(case)
        faults = {(query or shape, focus) for focus, _, _, shape, query in stated}
        unbroken -= {rule for rule, _ in faults}
        for rule in set(unmet):
            if any((rule, thing) not in faults for thing in judged(data, shapes, rule)):
                unmet.remove(rule)
    faults_of_cases = {
        *(f"{local(rule)}: no case breaks it" for rule in unbroken),
        *(f"{local(rule)}: no case meets it" for rule in unmet),
    }
    complain(profile, faults_of_cases)
