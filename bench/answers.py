"""Answers in a form that can be compared: the same rows, however a server writes them."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from typing import Any

from bench.queryset import OPEN, Query
from graph.vocabulary import PREFIXES

_XSD = PREFIXES["xsd"]
_NUMERIC = frozenset(_XSD + name for name in ("integer", "decimal"))

Answer = Counter[object] | int
"""The rows with how often each comes, or their number where a query leaves open which it wants."""


def comparable(query: Query, body: bytes) -> Answer:
    """Return what two servers have to agree on.

    Raises:
        ValueError: If the body is not an answer in the format that was asked for.
    """
    if query.accept == "application/n-triples":
        # Doubles in a graph say nothing.
        return Counter({line: 1 for line in body.decode().splitlines() if line})
    document = json.loads(body)
    rows = document["results"]["bindings"]
    if query.name in OPEN:
        return len(rows)
    return Counter(tuple(sorted((name, _term(term)) for name, term in row.items())) for row in rows)


def _term(term: dict[str, Any]) -> tuple[str, ...]:
    datatype, value = term.get("datatype", ""), term["value"]
    if datatype in _NUMERIC:
        # Engines write the same number in more than one way.
        return "number", str(Decimal(value).normalize())
    if datatype == _XSD + "string":
        datatype = ""
    kind = "uri" if term["type"] == "uri" else "literal"
    return kind, value, datatype, term.get("xml:lang", "")
