"""What counts as the same result, and, where a copy of them is, the W3C's own tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from conformance.equivalence import same
from conformance.known import KNOWN, KNOWN_SHACL, read_known
from conformance.results import Result, Solutions, Term

SUITE = os.environ.get("SUITE", "")
SHACL_SUITE = os.environ.get("SHACL_SUITE", "")
REASON = "SUITE does not name a copy of w3c/rdf-tests"
SHACL_REASON = "SHACL_SUITE does not name a copy of w3c/data-shapes"
INTEGER = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
A, B, C = ox.BlankNode("a"), ox.BlankNode("b"), ox.BlankNode("c")
ONE, OTHER_ONE = (ox.Literal(text, datatype=INTEGER) for text in ("1", "01"))


def table(*rows: tuple[Term, ...], ordered: bool = False) -> Solutions:
    names = ("x", "y")[: len(rows[0])] if rows else ("x",)
    return Solutions(
        frozenset(names), tuple(dict(zip(names, row, strict=True)) for row in rows), ordered
    )


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        (table((A, A), (B, C)), table((A, B), (C, C))),
        (table((ox.Triple(A, INTEGER, A),)), table((ox.Triple(B, INTEGER, B),))),
        (table((ONE,), (ONE,)), table((OTHER_ONE,), (ONE,))),
        (table(), table()),
        (True, True),
    ],
)
def test_results_are_the_same_up_to_blank_nodes_and_order(expected: Result, actual: Result) -> None:
    assert same(expected, actual)
    assert same(actual, expected)


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        (table((A, A)), table((A, B))),
        (table((A, B)), table((A, A))),
        (table((A, B), (B, A)), table((A, B), (B, C))),
        (table((ONE,), (ONE,)), table((ONE,))),
        (table((ONE,), (ONE,)), table((ONE,), (ox.Literal("1"),))),
        (table((ONE,), (A,), ordered=True), table((A,), (ONE,))),
        (table((ONE,)), ox.Dataset()),
        (True, False),
    ],
)
def test_results_are_not_the_same(expected: Result, actual: Result) -> None:
    assert not same(expected, actual)


def test_numbers_are_written_the_same_where_the_test_wants_it() -> None:
    assert not same(table((ONE,)), table((OTHER_ONE,)), exact=True)


def test_reduced_may_drop_duplicates_but_make_none() -> None:
    once, twice = table((ONE,)), table((ONE,), (ONE,))
    assert same(twice, once, lax=True)
    assert not same(once, twice, lax=True)


@pytest.mark.parametrize("path", [KNOWN, KNOWN_SHACL], ids=lambda path: path.stem)
def test_every_known_failure_has_a_cause(path: Path) -> None:
    assert all(cause.strip().endswith(".") for cause in read_known(path).values())


@pytest.mark.parametrize(
    ("option", "copy"),
    [
        pytest.param("--suite", SUITE, marks=pytest.mark.skipif(not SUITE, reason=REASON)),
        pytest.param(
            "--shacl", SHACL_SUITE, marks=pytest.mark.skipif(not SHACL_SUITE, reason=SHACL_REASON)
        ),
    ],
)
def test_nothing_fails_but_what_is_known(option: str, copy: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "conformance", option, copy],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "Known to fail, but passed" not in run.stdout
