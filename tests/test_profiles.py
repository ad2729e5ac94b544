"""The profiles beside structure: what they find in the bundled data, and what they speak of."""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal
from rdflib import RDFS, SH, Graph, Namespace, URIRef

from graph.audit.profiles import read_profile, read_shapes
from graph.records.cells import RESERVED, Unknown, parse_cell
from graph.records.schema import read_schema
from graph.settings import DEFAULT_BASE
from graph.shacl.judging import Judge
from graph.shacl.model import Judgement, Result
from graph.store.embedded import EmbeddedReader
from graph.vocabulary import CONCEPT, ONTOLOGY, SHAPES, mg, well_known

ROOT = Path(__file__).parents[1]
TABLES = sorted((ROOT / "graph" / "tables").glob("*.toml"))
EXPECTED = tomllib.loads((ROOT / "tests" / "audit" / "bundled.toml").read_text("utf-8"))
MG = Namespace(ONTOLOGY)
DATE = well_known("xsd", "date")
PROFILES = ("board", "publication", "languages")
BORROWED = {"label": "rdfs:label", "alias": "skos:altLabel"}

Gaps = dict[tuple[str, str], str]


def texts(profile: str) -> list[str]:
    return [path.read_text("utf-8") for path in sorted((ROOT / "shapes" / profile).glob("*.ttl"))]


@cache
def shapes(profile: str) -> Graph:
    found = Graph()
    for text in texts(profile):
        found.parse(data=text, format="turtle")
    return found


@pytest.fixture(scope="module")
def judgements(store: EmbeddedReader) -> dict[str, Judgement]:
    """Return what each profile finds in the bundled data, before the meeting."""
    occasion = {
        "asOf": Literal(EXPECTED["as_of"], datatype=DATE),
        "since": Literal("0001-01-01", datatype=DATE),
    }
    return {name: Judge(texts(name), occasion).judge(store.select) for name in PROFILES}


def key(iri: str) -> str:
    return iri.strip("<>").removeprefix(f"{DEFAULT_BASE}id/")


@pytest.fixture(scope="module")
def gaps(store: EmbeddedReader) -> Gaps:
    """Return the recorded state of each absence, by thing and property."""
    table = store.select(
        f"SELECT ?thing ?property ?state WHERE {{ ?gap {mg('gapSubject')} ?thing ; "
        f"{mg('gapProperty')} ?property ; {mg('gapState')} ?state }}"
    )
    return {
        (key(str(thing)), str(named).strip("<>")): str(state).strip("<>").rsplit("/", 1)[1]
        for thing, named, state in table.rows
    }


def state(result: Result, gaps: Gaps) -> str:
    """Return why the value is absent that a result is about, empty if none is."""
    if result.value:
        return ""
    rule, board = URIRef(result.shape), shapes("board")
    about = list(board.objects(rule, MG.aboutProperty)) or list(board.objects(rule, SH.path))
    for named in about:
        if found := gaps.get((key(result.focus), str(named))):
            return found
    absent = board.value(rule, MG.stateWhenAbsent)
    return str(absent or "not-captured").removeprefix(f"{CONCEPT}gap/")


@pytest.fixture(scope="module")
def found(judgements: dict[str, Judgement], gaps: Gaps) -> dict[str, dict[str, str]]:
    """Return the state of each thing that the board profile finds, by rule."""
    states: dict[str, dict[str, str]] = defaultdict(dict)
    for result in judgements["board"].results:
        rule = result.shape.removeprefix(f"{SHAPES}board/")
        states[rule][key(result.focus)] = state(result, gaps)
    return states


@pytest.mark.parametrize("profile", PROFILES)
def test_every_rule_can_be_judged(profile: str, judgements: dict[str, Judgement]) -> None:
    assert not judgements[profile].unjudged


def test_the_board_profile_finds_what_an_officer_finds(found: dict[str, dict[str, str]]) -> None:
    expected = {
        one["rule"]: dict.fromkeys(one["things"], one["state"]) for one in EXPECTED["finding"]
    }
    assert found == expected


@pytest.mark.parametrize("case", EXPECTED["never"], ids=lambda case: str(case["rule"]))
def test_the_board_profile_finds_nothing_false(
    case: dict[str, Any], judgements: dict[str, Judgement], found: dict[str, dict[str, str]]
) -> None:
    applicable = judgements["board"].applicable[f"{SHAPES}board/{case['rule']}"]
    assert set(case["things"]) <= {key(iri) for iri in applicable}
    assert not set(case["things"]) & set(found.get(case["rule"], ()))


def test_the_bundled_data_are_fit_to_publish(judgements: dict[str, Judgement]) -> None:
    assert not judgements["publication"].results


def test_countries_concepts_and_terms_are_named_in_six_languages(
    judgements: dict[str, Judgement],
) -> None:
    rules = [result.shape.rsplit("/", 1)[1] for result in judgements["languages"].results]
    kinds = {rule.split("-")[0] for rule in rules}
    assert kinds.isdisjoint({"CountryShape", "ConceptShape", "TermShape"})
    # Mandates are named in English alone.
    assert Counter(rules)["MandateShape-labelFr"] == 28
    assert "MandateShape-labelEn" not in rules


@cache
def tables() -> dict[str, dict[str, Any]]:
    return {path.stem: tomllib.loads(path.read_text("utf-8")) for path in TABLES}


def cells() -> set[str]:
    """Return the columns of all tables as they stand in their headers."""
    found: set[str] = set()
    for name, table in tables().items():
        for column in (*table["columns"], {"name": "source"}, {"name": "paragraph"}):
            codes = ("_en", "_fr", "_es", "_ru", "_zh", "_ar") if column.get("languages") else ("",)
            found.update(f"{name}.{column['name']}{code}" for code in codes)
    return found


@pytest.mark.parametrize("profile", ["board", "languages"])
def test_rules_are_answered_in_columns_that_there_are(profile: str) -> None:
    found = shapes(profile)
    named = {str(cell) for cell in found.objects(None, MG.answeredIn | MG.answeredWith)}
    assert named
    assert named <= cells()
    assert {str(table) for table in found.objects(None, MG.newRecordIn)} <= set(tables())
    for rule in set(found.subjects(MG.answeredIn)):
        assert len(list(found.objects(rule, MG.answeredIn))) == 1, rule


def test_fixes_of_the_board_name_reserved_words_that_their_cells_admit() -> None:
    columns = {
        f"{name}.{header}": column
        for name, table in read_schema().tables.items()
        for column in table.columns
        for header in column.headers
    }
    seen = set()
    for rule in read_profile(read_shapes("board")).rules:
        own = shapes("board").objects(URIRef(rule.iri), MG.fix)
        for word in {word for text in own for word in RESERVED if word in str(text)}:
            assert isinstance(parse_cell(columns[rule.answers[0]], word), Unknown), rule.id
            seen.add(word)
    assert seen == {"(none)", "(not stated)"}


@cache
def ontology() -> Graph:
    found = Graph()
    for path in sorted((ROOT / "ontology").glob("*.ttl")):
        found.parse(path, format="turtle")
    return found


@pytest.mark.parametrize(
    ("profile", "shape"),
    [("board", "AgreementShape"), ("publication", "IdentifierShape")],
)
def test_rules_about_all_things_leave_no_table_out(profile: str, shape: str) -> None:
    classes = {MG[table["class"]] for table in tables().values()}
    targets = set(shapes(profile).objects(URIRef(f"{SHAPES}{profile}/{shape}"), SH.targetClass))
    below = {
        kind
        for target in targets
        for kind in ontology().transitive_subjects(RDFS.subClassOf, target)
    }
    assert classes <= below


def test_the_rule_about_all_facts_leaves_no_column_out() -> None:
    found = shapes("publication")
    rule = URIRef(f"{SHAPES}publication/ThingShape-facts")
    (query,) = found.objects(rule, SH.sparql / SH.select)
    columns = [column for table in tables().values() for column in table["columns"]]
    properties = {column["property"] for column in columns if "property" in column}
    assert {BORROWED.get(name, f"mg:{name}") for name in properties} <= set(
        re.findall(r"[a-z]+:[A-Za-z0-9]+", str(query))
    )
